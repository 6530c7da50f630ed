//! A load generator: connections that are kept, one request under way on each, answers compared byte by byte.
//!
//! A few threads have some connections each. A thread sends on all of its connections, then reads from all of them, so that
//! as many requests are under way as there are connections, nothing is pipelined, and little time goes to switching.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};

/// Longest wait for an answer; longer is an error.
const ANSWER_MAX: Duration = Duration::from_secs(10);
const THREADS: usize = 2;
const STACK_BYTES: usize = 256 << 10;

/// A request, and the body of the one right answer.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) request: Vec<u8>,
    pub(crate) answer: Vec<u8>,
}

/// What came of a load.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Load {
    /// Right answers.
    pub(crate) good: u64,
    /// Answers that were others, and connections that broke.
    pub(crate) bad: u64,
    pub(crate) elapsed: Duration,
}

/// A request without a body.
pub(crate) fn get(host: SocketAddr, path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: {host}\r\n\r\n").into_bytes()
}

/// A request with a body.
pub(crate) fn post(host: SocketAddr, path: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// A connection that is kept.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, ANSWER_MAX)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(ANSWER_MAX))?;
        stream.set_write_timeout(Some(ANSWER_MAX))?;
        Ok(Self { stream, buffer: vec![0; 64 << 10] })
    }

    fn send(&mut self, request: &[u8]) -> std::io::Result<()> {
        self.stream.write_all(request)
    }

    /// Status and body of one answer.
    pub(crate) fn answer(&mut self) -> anyhow::Result<(u16, &[u8])> {
        let (mut len, mut whole) = (0, None);
        loop {
            if let Some((head, body)) = whole
                && head + body <= len
            {
                break;
            }
            if self.buffer.len() <= len {
                self.buffer.resize(len * 2, 0);
            }
            let more = self.stream.read(self.buffer.get_mut(len..).unwrap_or_default())?;
            ensure!(0 < more, "closed within an answer");
            len += more;
            whole = whole.or_else(|| lengths(self.buffer.get(..len)?));
        }
        let (head, body) = whole.context("an answer")?;
        ensure!(head + body == len, "more than one answer");
        let status = self.buffer.get(9..12).and_then(|it| std::str::from_utf8(it).ok());
        let status = status.and_then(|it| it.parse().ok()).context("a status")?;
        Ok((status, self.buffer.get(head..len).unwrap_or_default()))
    }

    pub(crate) fn ask(&mut self, request: &[u8]) -> anyhow::Result<(u16, &[u8])> {
        self.send(request)?;
        self.answer()
    }
}

/// Bytes of the head with its empty line, and of the body that it announces.
fn lengths(bytes: &[u8]) -> Option<(usize, usize)> {
    const NAME: &[u8] = b"content-length: ";
    let head = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let lines = bytes.get(..head)?.split(|byte| *byte == b'\n');
    let mut lengths = lines.filter_map(|line| {
        let name = line.get(..NAME.len())?;
        let digits = line.get(NAME.len()..)?.trim_ascii_end();
        name.eq_ignore_ascii_case(NAME).then(|| std::str::from_utf8(digits).ok()?.parse().ok())?
    });
    Some((head, lengths.next()?))
}

/// One request on a connection of its own; its body, if the status is 200.
pub(crate) fn ask(address: SocketAddr, request: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut connection = Connection::open(address)?;
    let (status, body) = connection.ask(request)?;
    ensure!(status == 200, "{status}: {}", String::from_utf8_lossy(body));
    Ok(body.to_vec())
}

/// Keeps `connections` busy with `cases`, each thread beginning elsewhere in them.
pub(crate) fn run(
    address: SocketAddr,
    cases: &Arc<Vec<Case>>,
    connections: usize,
    time: Duration,
) -> anyhow::Result<Load> {
    let begun = Instant::now();
    let threads = (0..THREADS).map(|thread| {
        let cases = Arc::clone(cases);
        let work = move || {
            let first = cases.len() * thread / THREADS;
            drive(address, &cases, first, connections / THREADS, begun + time)
        };
        std::thread::Builder::new().stack_size(STACK_BYTES).spawn(work)
    });
    let threads = threads.collect::<Result<Vec<_>, _>>()?;
    let mut load = Load::default();
    for thread in threads {
        let part = thread.join().ok().context("a thread of the load")??;
        load.good += part.good;
        load.bad += part.bad;
    }
    load.elapsed = begun.elapsed();
    Ok(load)
}

fn drive(
    address: SocketAddr,
    cases: &[Case],
    first: usize,
    connections: usize,
    end: Instant,
) -> anyhow::Result<Load> {
    let open = |_| Connection::open(address);
    let mut open: Vec<Connection> = (0..connections).map(open).collect::<Result<_, _>>()?;
    let mut load = Load::default();
    let mut next = cases.iter().cycle().skip(first);
    while Instant::now() < end {
        let asked: Vec<&Case> = next.by_ref().take(connections).collect();
        let mut broken = Vec::new();
        for (at, (connection, case)) in open.iter_mut().zip(&asked).enumerate() {
            if connection.send(&case.request).is_err() {
                broken.push(at);
            }
        }
        for (at, (connection, case)) in open.iter_mut().zip(&asked).enumerate() {
            let is_good = !broken.contains(&at)
                && connection
                    .answer()
                    .is_ok_and(|(status, body)| status == 200 && body == case.answer);
            if is_good {
                load.good += 1;
            } else {
                load.bad += 1;
                *connection = Connection::open(address)?;
            }
        }
    }
    Ok(load)
}

/// Clients that a server should be able to stand, in threads that end when this is dropped.
#[derive(Debug, Default)]
pub(crate) struct Nuisance {
    is_over: Arc<AtomicBool>,
    /// Connections that were opened, refusals of oversized bodies that came back.
    pub(crate) opened: Arc<AtomicU64>,
    pub(crate) refused: Arc<AtomicU64>,
}

impl Drop for Nuisance {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
    }
}

/// What slow clients send again and again, a byte at a time.
const SLOW: &[u8] = b"x-slow: 1\r\n";

impl Nuisance {
    fn spawn(&self, work: impl Fn(&Self) + Send + 'static) -> anyhow::Result<()> {
        let (is_over, opened, refused) =
            (Arc::clone(&self.is_over), Arc::clone(&self.opened), Arc::clone(&self.refused));
        let run = move || {
            let this = Self { is_over, opened, refused };
            while !this.is_over.load(Ordering::Relaxed) {
                work(&this);
            }
            // The flag is shared; dropping this copy sets what is set.
        };
        std::thread::Builder::new().stack_size(STACK_BYTES).spawn(run)?;
        Ok(())
    }

    /// `count` clients that send a byte of a head now and then, and come back when they are thrown out.
    pub(crate) fn slow(&self, address: SocketAddr, count: usize) -> anyhow::Result<()> {
        self.spawn(move |this| {
            let mut streams: Vec<Option<TcpStream>> = (0..count).map(|_| None).collect();
            let mut bytes = SLOW.iter().cycle();
            while !this.is_over.load(Ordering::Relaxed) {
                let byte = bytes.next().copied().unwrap_or(b'x');
                for stream in &mut streams {
                    let is_alive = stream.as_mut().is_some_and(|it| it.write_all(&[byte]).is_ok());
                    if !is_alive {
                        *stream = TcpStream::connect_timeout(&address, ANSWER_MAX).ok();
                        this.opened.fetch_add(1, Ordering::Relaxed);
                        let begin = |it: &mut TcpStream| it.write_all(b"GET / HTTP/1.1\r\n");
                        drop(stream.as_mut().map(begin));
                    }
                }
                std::thread::sleep(Duration::from_millis(500));
            }
        })
    }

    /// A client that announces a hundred megabytes, and one that sends three without announcing them.
    pub(crate) fn oversized(&self, address: SocketAddr) -> anyhow::Result<()> {
        let path = "/recognition-treaties/verify";
        let announced =
            format!("POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-length: 104857600\r\n\r\n");
        let chunked = format!(
            "POST {path} HTTP/1.1\r\nhost: {address}\r\ntransfer-encoding: chunked\r\n\r\n"
        );
        let mut endless = chunked.into_bytes();
        for _ in 0..48 {
            endless.extend_from_slice(b"10000\r\n");
            endless.extend(std::iter::repeat_n(b' ', 0x10000));
            endless.extend_from_slice(b"\r\n");
        }
        for bytes in [announced.into_bytes(), endless] {
            self.spawn(move |this| {
                this.opened.fetch_add(1, Ordering::Relaxed);
                let refused = Connection::open(address).and_then(|mut connection| {
                    // The server may answer and close before everything is sent.
                    drop(connection.send(&bytes));
                    Ok(connection.answer()?.0 == 413)
                });
                this.refused.fetch_add(u64::from(refused.unwrap_or(false)), Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(200));
            })?;
        }
        Ok(())
    }

    /// A client that asks for large answers and never reads one.
    pub(crate) fn silent(&self, address: SocketAddr) -> anyhow::Result<()> {
        let request = get(address, "/connectome.json");
        self.spawn(move |this| {
            this.opened.fetch_add(1, Ordering::Relaxed);
            let Ok(mut connection) = Connection::open(address) else { return };
            while !this.is_over.load(Ordering::Relaxed) && connection.send(&request).is_ok() {
                std::thread::sleep(Duration::from_millis(100));
            }
        })
    }
}
