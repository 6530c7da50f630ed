//! Listening, accepting, ending.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use axum::Router;
use axum::http::Request;
use comity_authority::{Authority, Config};
use comity_sign::SigningKey;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{Semaphore, watch};
use tower_service::Service as _;

use crate::cache::Cache;
use crate::ledger::{Keeper, Ledger};
use crate::limits::{
    ACCEPT_PAUSE_MS, CONNECTIONS_MAX, HEAD_BYTES_MAX, HEAD_WAIT_S, REISSUE_EVERY_S, SEND_WAIT_S,
    STOP_WAIT_S,
};
use crate::memo::Memo;
use crate::patience::Patience;
use crate::rate::Limiter;
use crate::request::Peer;
use crate::service::Service;
use crate::{Entropy, Rates, ServeError, clock, routes};

/// What a server is started with.
#[derive(Debug)]
pub struct Options {
    /// What the authority is told. The address that is listened on is added to its hosts.
    pub config: Config,
    /// The authority's key.
    pub secret: SigningKey,
    /// File of the record.
    pub record: PathBuf,
    /// Where to listen; port 0 for any.
    pub listen: SocketAddr,
    /// How often things may be asked for.
    pub rates: Rates,
    /// Where randomness comes from.
    pub entropy: Entropy,
}

/// The signals that end a server.
#[derive(Debug)]
pub struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

/// A server that runs. Dropping it stops it at once; [`Self::stop`] lets requests end.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    runtime: Runtime,
    service: Arc<Service>,
    keeper: Keeper,
    stop: watch::Sender<bool>,
    accepting: tokio::task::JoinHandle<()>,
}

impl Server {
    /// Reads the record, checks the papers, and listens.
    ///
    /// # Errors
    ///
    /// [`ServeError`]; then nothing listens.
    pub fn start(options: Options) -> Result<Self, ServeError> {
        let Options { mut config, secret, record, listen, rates, entropy } = options;
        let at = clock::now();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_io()
            .enable_time()
            .thread_name("comity-http")
            .build()
            .map_err(ServeError::system("start threads"))?;
        let listener = runtime.block_on(TcpListener::bind(listen));
        let cannot = |error: std::io::Error| ServeError::Listen {
            address: listen.to_string(),
            kind: error.kind(),
        };
        let listener = listener.map_err(cannot)?;
        let address = listener.local_addr().map_err(cannot)?;
        config.hosts.insert(address.to_string());
        if address.ip().is_loopback() {
            config.hosts.insert(format!("localhost:{}", address.port()));
        }
        let authority = Authority::new(config, secret, at)?.remembering(Arc::new(Memo::default()));
        let run = entropy.id().map_err(ServeError::system("draw randomness"))?;
        let start = call_of_start(at, &run);
        let (ledger, keeper) = Ledger::open(&record, authority, &start)?;
        let service = Arc::new(Service {
            ledger,
            cache: Cache::default(),
            limiter: Limiter::new(rates),
            entropy,
            run,
            requests: AtomicU64::new(0),
            unrecorded: AtomicU64::new(0),
        });
        let (stop, stopping) = watch::channel(false);
        let router = routes::router(Arc::clone(&service));
        let accepting = runtime.spawn(accept(listener, router, stopping.clone()));
        runtime.spawn(reissue(Arc::clone(&service), stopping));
        Ok(Self { address, runtime, service, keeper, stop, accepting })
    }

    /// Where it listens.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// From here on SIGINT and SIGTERM end no process, but [`Self::wait`].
    ///
    /// # Errors
    ///
    /// [`ServeError::System`] if signals cannot be had.
    pub fn catch_signals(&self) -> Result<Signals, ServeError> {
        let _runtime = self.runtime.enter();
        let catch = |kind| signal(kind).map_err(ServeError::system("catch signals"));
        Ok(Signals {
            interrupt: catch(SignalKind::interrupt())?,
            terminate: catch(SignalKind::terminate())?,
        })
    }

    /// Waits for one of the signals.
    pub fn wait(&self, signals: &mut Signals) {
        self.runtime.block_on(async {
            tokio::select! {
                _ = signals.interrupt.recv() => {}
                _ = signals.terminate.recv() => {}
            }
        });
    }

    /// Accepts nobody any more, lets requests under way end, makes everything durable, and closes the record.
    ///
    /// # Errors
    ///
    /// [`ServeError::Store`] if the record could not be closed.
    pub fn stop(self) -> Result<(), ServeError> {
        let Self { runtime, service, keeper, stop, accepting, .. } = self;
        // Nobody listens to this any more only if everything has stopped already.
        let _ = stop.send(true);
        drop(runtime.block_on(accepting));
        service.ledger.close();
        runtime.shutdown_timeout(Duration::from_secs(1));
        Ok(keeper.finish()?)
    }
}

/// The start as a request of the authority to itself.
fn call_of_start(at: comity_wire::mesh_json::Datetime, id: &str) -> comity_authority::Call<'_> {
    comity_authority::Call {
        at,
        id,
        request_id: id,
        remote: "",
        method: "",
        path: "",
        host: "",
        admin: comity_authority::AdminHeaders::default(),
        body: &[],
    }
}

/// Signs lists again when they are old.
async fn reissue(service: Arc<Service>, mut stopping: watch::Receiver<bool>) {
    let mut ticks = tokio::time::interval(Duration::from_secs(REISSUE_EVERY_S));
    loop {
        tokio::select! {
            _ = stopping.changed() => return,
            _ = ticks.tick() => {}
        }
        let call = call_of_start(clock::now(), &service.run);
        // A closed record has nothing to sign.
        let _ = service.ledger.note(|authority| authority.reissue(&call));
    }
}

async fn accept(listener: TcpListener, router: Router, mut stopping: watch::Receiver<bool>) {
    let room = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let graceful = GracefulShutdown::new();
    let send_wait = Duration::from_secs(SEND_WAIT_S);
    loop {
        let next = async {
            let permit = Arc::clone(&room).acquire_owned().await.ok()?;
            Some((permit, listener.accept().await))
        };
        let accepted = tokio::select! {
            _ = stopping.changed() => break,
            accepted = next => accepted,
        };
        let Some((permit, accepted)) = accepted else { break };
        let Ok((stream, peer)) = accepted else {
            tokio::time::sleep(Duration::from_millis(ACCEPT_PAUSE_MS)).await;
            continue;
        };
        // Answers are small and complete; waiting for more of them helps nobody.
        drop(stream.set_nodelay(true));
        let router = router.clone();
        let answer = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(Peer(peer));
            router.clone().call(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(Duration::from_secs(HEAD_WAIT_S))
            .max_buf_size(HEAD_BYTES_MAX)
            // Who has said everything and waits is answered.
            .half_close(true)
            .serve_connection(TokioIo::new(Patience::new(stream, send_wait)), answer);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // How a connection ends is its client's business.
            drop(connection.await);
            drop(permit);
        });
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(Duration::from_secs(STOP_WAIT_S)) => {}
    }
}
