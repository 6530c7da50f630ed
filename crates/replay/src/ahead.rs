//! Signatures checked ahead of their use, on other threads, while the caller applies what came before.
//!
//! Applying is a fold and so the work of one thread; checking a signature costs several times as much and depends on
//! nothing but the key. Side by side they keep every core busy, which one after the other they cannot.
//!
//! # Invariants
//!
//! 1. The answers come in the order of the envelopes and do not depend on the number of threads.
//! 2. A key set is looked up in the keyring as it was at the start: whoever adds a hybrid authority later asks the
//!    keyring itself.

use std::sync::{Arc, Mutex, PoisonError, RwLock, mpsc};

use comity_sign::{Begun, Claim, IssuerKey, Signed, VerifyError, finish_all};
use comity_wire::{KeyId, Statement};

use crate::keyring::Keyring;

/// Keys that the threads remember, a count. Strangers' keys are only cached, so that a stream of them cannot fill memory.
const KEYS_CACHED_MAX: usize = 4096;

type Answer = Vec<Result<Signed<Statement>, VerifyError>>;

struct Job {
    envelopes: Vec<Vec<u8>>,
    answer: mpsc::Sender<Answer>,
}

/// Threads that verify. See [`with_verifiers`].
#[derive(Debug)]
pub struct Verifiers {
    jobs: mpsc::Sender<Job>,
}

/// Envelopes being verified.
#[derive(Debug)]
#[must_use = "the answer is in `wait`"]
pub struct Pending {
    answer: mpsc::Receiver<Answer>,
}

impl Verifiers {
    /// Hands envelopes over and returns at once. Nothing bounds what is on its way but the caller.
    pub fn submit(&self, envelopes: Vec<Vec<u8>>) -> Pending {
        let (answer, pending) = mpsc::channel();
        // A thread that has gone is seen in `wait`.
        drop(self.jobs.send(Job { envelopes, answer }));
        Pending { answer: pending }
    }
}

impl Pending {
    /// Waits for the answers, one for each envelope.
    pub fn wait(self) -> Vec<Result<Signed<Statement>, VerifyError>> {
        self.answer.recv().expect("verification does not panic")
    }
}

/// Runs `work` with `threads` (at least one) threads that verify under `keyring`.
pub fn with_verifiers<R>(
    keyring: &Keyring,
    threads: usize,
    work: impl FnOnce(&Verifiers) -> R,
) -> R {
    let (jobs, queue) = mpsc::channel();
    let (queue, keyring) = (Mutex::new(queue), RwLock::new(keyring.clone()));
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| verify_jobs(&queue, &keyring));
        }
        let verifiers = Verifiers { jobs };
        work(&verifiers)
        // Dropping the sender ends the threads.
    })
}

fn verify_jobs(queue: &Mutex<mpsc::Receiver<Job>>, keyring: &RwLock<Keyring>) {
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { envelopes, answer }) = next else { return };
        let answers = finish_all(envelopes.into_iter().map(|bytes| begin(keyring, bytes)));
        // Whoever no longer waits does not mind.
        drop(answer.send(answers));
    }
}

fn begin(keyring: &RwLock<Keyring>, bytes: Vec<u8>) -> Result<Begun<Statement>, VerifyError> {
    let claim = Claim::<Statement>::take(bytes)?;
    let key = key_of(keyring, &claim.claimed().signer).ok_or(VerifyError::BadSignature)?;
    claim.begin(&key)
}

/// The key set of a name: one for all threads, so that what is computed of a key is computed once.
fn key_of(keyring: &RwLock<Keyring>, signer: &KeyId) -> Option<Arc<IssuerKey>> {
    let known = keyring.read().unwrap_or_else(PoisonError::into_inner).get(signer).cloned();
    if known.is_some() {
        return known;
    }
    let mut keyring = keyring.write().unwrap_or_else(PoisonError::into_inner);
    if keyring.len() < KEYS_CACHED_MAX {
        // A name that is no key stays unknown.
        let _ = keyring.remember(signer);
    }
    keyring
        .get(signer)
        .cloned()
        .or_else(|| IssuerKey::from_key_ids(signer, None).ok().map(Arc::new))
}
