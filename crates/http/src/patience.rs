//! A connection whose client has to take its answers: writing waits only so long.
//!
//! ```text
//! write waits ──▶ the clock runs ──▶ everything flushed: it stops
//!                        └─────────▶ time is up: the write fails, the connection ends
//! ```
//!
//! The clock counts a whole answer, not a write: a client that takes a byte now and then is as slow as one that takes none.

use std::future::Future as _;
use std::io::{Error, ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// A connection with a limit on how long an answer waits for its reader.
#[derive(Debug)]
pub(crate) struct Patience<S> {
    stream: S,
    wait: Duration,
    /// Runs while an answer waits.
    clock: Option<Pin<Box<Sleep>>>,
}

impl<S> Patience<S> {
    pub(crate) const fn new(stream: S, wait: Duration) -> Self {
        Self { stream, wait, clock: None }
    }

    /// `write` as it is, or a failure if it waits and time is up.
    fn within<T>(&mut self, context: &mut Context<'_>, write: Poll<Result<T>>) -> Poll<Result<T>> {
        if write.is_ready() {
            return write;
        }
        let wait = self.wait;
        let clock = self.clock.get_or_insert_with(|| Box::pin(sleep(wait)));
        ready!(clock.as_mut().poll(context));
        Poll::Ready(Err(Error::new(ErrorKind::TimedOut, "the client does not read")))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patience<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patience<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        let write = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.within(context, write)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let write = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.within(context, write)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        let flush = Pin::new(&mut self.stream).poll_flush(context);
        if flush.is_ready() {
            self.clock = None;
        }
        self.within(context, flush)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        let shutdown = Pin::new(&mut self.stream).poll_shutdown(context);
        self.within(context, shutdown)
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::io::{Read as _, Write as _};
    use std::net::{SocketAddr, TcpStream};
    use std::sync::mpsc::{Receiver, channel};
    use std::time::Duration;

    use axum::body::Body;
    use axum::http::{Request, Response};
    use hyper::body::Incoming;
    use hyper::server::conn::http1;
    use hyper::service::service_fn;
    use hyper_util::rt::TokioIo;
    use tokio::net::TcpListener;
    use tokio::runtime::{Builder, Runtime};

    use super::Patience;
    use crate::clock;

    /// More than the buffers of the system take.
    const ANSWER: usize = 32 << 20;
    const WAIT: Duration = Duration::from_millis(300);

    /// A server of large answers that waits so long, and how long each of its connections lasted.
    fn server(wait: Duration) -> (Runtime, SocketAddr, Receiver<(Duration, bool)>) {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let (ended, ends) = channel();
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let begun = clock::instant();
                let answer = service_fn(|_: Request<Incoming>| async {
                    Ok::<_, Infallible>(Response::new(Body::from(vec![b' '; ANSWER])))
                });
                let stream = TokioIo::new(Patience::new(stream, wait));
                let result = http1::Builder::new().serve_connection(stream, answer).await;
                ended.send((begun.elapsed(), result.is_ok())).unwrap();
            }
        });
        (runtime, address, ends)
    }

    fn ask(address: SocketAddr) -> TcpStream {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").unwrap();
        stream
    }

    #[test]
    fn a_client_that_never_reads_is_let_go() {
        let (_runtime, address, ends) = server(WAIT);
        let _silent = ask(address);
        let (lasted, is_good) = ends.recv_timeout(Duration::from_secs(20)).unwrap();
        assert!(!is_good && WAIT <= lasted, "{lasted:?}");
    }

    #[test]
    fn a_client_that_reads_a_little_now_and_then_is_let_go_too() {
        let (_runtime, address, ends) = server(WAIT);
        let mut slow = ask(address);
        let end = loop {
            // Far too little for each tenth of the wait.
            let _ = slow.read(&mut [0; ANSWER / 4000]);
            if let Ok(end) = ends.recv_timeout(WAIT / 10) {
                break end;
            }
        };
        assert!(!end.1 && WAIT <= end.0, "{end:?}");
    }

    #[test]
    fn a_client_that_reads_gets_everything() {
        // A machine with much else to do needs longer than those who wait for it to end.
        let (_runtime, address, ends) = server(Duration::from_mins(1));
        let mut answer = Vec::new();
        ask(address).read_to_end(&mut answer).unwrap();
        assert!(ANSWER < answer.len());
        assert!(ends.recv_timeout(Duration::from_secs(20)).unwrap().1);
    }
}
