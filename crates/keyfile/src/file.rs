//! The file around the text: age, permissions, and getting it onto the disk in one piece.

use crate::{
    KeyBundle, KeyfileError,
    payload::{TEXT_BYTES_MAX, decode, encode},
};
use age::{DecryptError, Decryptor, scrypt, secrecy::SecretString};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// Logarithm of the scrypt iterations unless the caller says otherwise: what stock age uses, about a
/// second and 256 MiB.
pub const WORK_FACTOR_DEFAULT: u8 = 18;
/// Largest work factor that is written or read: 1 GiB and a few seconds. Stock age writes 18.
pub const WORK_FACTOR_MAX: u8 = 20;
/// Longest file that is read, in bytes: the longest text, with room for age's header and tags.
pub const FILE_BYTES_MAX: usize = 16 << 10;

/// Temporary names that are tried beside the file before giving up.
const TEMPORARY_NAMES_MAX: u32 = 64;

/// Writes a new key file, readable by its owner only.
///
/// The file appears under its name complete and durable, or not at all. `work_factor` is the
/// logarithm of the scrypt iterations, 1 to [`WORK_FACTOR_MAX`]; `None` is [`WORK_FACTOR_DEFAULT`].
/// Anything below that is for tests and for passphrases that a machine made.
///
/// # Errors
///
/// [`KeyfileError::Exists`]; [`KeyfileError::EmptyPassphrase`]; [`KeyfileError::WorkFactor`];
/// [`KeyfileError::BadName`], [`KeyfileError::BadRole`], [`KeyfileError::BadRoleCount`] for a bundle
/// without a text form; [`KeyfileError::Io`], also on a filesystem without hard links.
pub fn save(
    path: impl AsRef<Path>,
    bundle: &KeyBundle,
    passphrase: &str,
    work_factor: Option<u8>,
) -> Result<(), KeyfileError> {
    let path = path.as_ref();
    let exists = || KeyfileError::Exists { path: path.into() };
    if path.symlink_metadata().is_ok() {
        return Err(exists());
    }
    let factor = work_factor.unwrap_or(WORK_FACTOR_DEFAULT);
    if !(1..=WORK_FACTOR_MAX).contains(&factor) {
        return Err(KeyfileError::WorkFactor { found: factor, max: WORK_FACTOR_MAX });
    }
    let text = encode(bundle)?;
    let mut recipient = scrypt::Recipient::new(secret(passphrase)?);
    recipient.set_work_factor(factor);
    let bytes = age::encrypt(&recipient, &text)
        .map_err(|error| KeyfileError::io("encrypt")(io::Error::other(error)))?;

    let (temporary, file) = create_beside(path)?;
    // A link, not a rename: a rename would replace what appeared in the meantime.
    let written = write_synced(file, &bytes).map_err(KeyfileError::io("write")).and_then(|()| {
        match fs::hard_link(&temporary, path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(exists()),
            other => other.map_err(KeyfileError::io("name")),
        }
    });
    let removed = fs::remove_file(&temporary).map_err(KeyfileError::io("clean up after"));
    written.and(removed)?;
    File::open(parent(path)).and_then(|dir| dir.sync_all()).map_err(KeyfileError::io("sync"))
}

/// Opens a key file.
///
/// # Errors
///
/// [`KeyfileError::Permissions`] if group or others may touch it, before the passphrase is tried;
/// [`KeyfileError::NotAKeyFile`]; [`KeyfileError::WorkFactor`] if it asks for more work than
/// [`WORK_FACTOR_MAX`]; [`KeyfileError::WrongPassphrase`]; [`KeyfileError::Tampered`];
/// [`KeyfileError::BadPayload`] if it holds something else; [`KeyfileError::EmptyPassphrase`];
/// [`KeyfileError::Io`].
pub fn load(path: impl AsRef<Path>, passphrase: &str) -> Result<KeyBundle, KeyfileError> {
    let bytes = read_private(path.as_ref())?;
    let mut identity = scrypt::Identity::new(secret(passphrase)?);
    identity.set_max_work_factor(WORK_FACTOR_MAX);
    open(&bytes, &identity)
}

fn open(bytes: &[u8], identity: &scrypt::Identity) -> Result<KeyBundle, KeyfileError> {
    let decryptor = Decryptor::new_buffered(bytes).map_err(|_| KeyfileError::NotAKeyFile)?;
    if !decryptor.is_scrypt() {
        return Err(KeyfileError::NotAKeyFile);
    }
    let reader = decryptor
        .decrypt(std::iter::once(identity as &dyn age::Identity))
        .map_err(|error| refusal(&error))?;

    // Reserved at once: growing would leave copies of seeds behind in freed memory.
    let mut text = Zeroizing::new(Vec::with_capacity(TEXT_BYTES_MAX.saturating_add(1)));
    let most = u64::try_from(TEXT_BYTES_MAX.saturating_add(1)).unwrap_or(u64::MAX);
    reader.take(most).read_to_end(&mut text).map_err(|_| KeyfileError::Tampered)?;
    decode(&text)
}

fn refusal(error: &DecryptError) -> KeyfileError {
    match error {
        DecryptError::ExcessiveWork { required, .. } => {
            KeyfileError::WorkFactor { found: *required, max: WORK_FACTOR_MAX }
        }
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => {
            KeyfileError::WrongPassphrase
        }
        DecryptError::InvalidMac | DecryptError::Io(_) => KeyfileError::Tampered,
        // The rest, and whatever age may add: a form that `save` does not write.
        DecryptError::InvalidHeader
        | DecryptError::NoMatchingKeys
        | DecryptError::UnknownFormat
        | _ => KeyfileError::NotAKeyFile,
    }
}

fn secret(passphrase: &str) -> Result<SecretString, KeyfileError> {
    if passphrase.is_empty() {
        return Err(KeyfileError::EmptyPassphrase);
    }
    Ok(SecretString::from(passphrase.to_owned()))
}

/// The file's bytes, if only its owner may touch it.
fn read_private(path: &Path) -> Result<Vec<u8>, KeyfileError> {
    // A pipe would block when opened, so look first; the handle is what is judged.
    let is_file = path.metadata().map_err(KeyfileError::io("open"))?.is_file();
    if !is_file {
        return Err(KeyfileError::NotAKeyFile);
    }
    let file = File::open(path).map_err(KeyfileError::io("open"))?;
    let mode = file.metadata().map_err(KeyfileError::io("inspect"))?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(KeyfileError::Permissions { mode });
    }
    let mut bytes = Vec::new();
    let most = u64::try_from(FILE_BYTES_MAX.saturating_add(1)).unwrap_or(u64::MAX);
    file.take(most).read_to_end(&mut bytes).map_err(KeyfileError::io("read"))?;
    if FILE_BYTES_MAX < bytes.len() { Err(KeyfileError::NotAKeyFile) } else { Ok(bytes) }
}

/// A new private file with a name of its own next to `path`.
fn create_beside(path: &Path) -> Result<(PathBuf, File), KeyfileError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
    for attempt in 0..TEMPORARY_NAMES_MAX {
        let beside = format!(".{name}.{}.{attempt}.tmp", std::process::id());
        let temporary = parent(path).join(beside);
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&temporary) {
            Ok(file) => return Ok((temporary, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
            Err(error) => return Err(KeyfileError::io("create")(error)),
        }
    }
    Err(KeyfileError::io("create")(last))
}

fn write_synced(mut file: File, bytes: &[u8]) -> io::Result<()> {
    file.write_all(bytes)?;
    file.sync_all()
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests;
