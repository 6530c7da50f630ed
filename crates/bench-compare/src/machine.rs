//! What the machine says about itself, so that figures are not read without it. Linux; elsewhere unknown.

use std::fs::read_to_string;
use std::process::Command;
use std::time::Duration;

/// Ticks of `/proc/self/stat` per second: fixed at 100 by the kernel's interface on every architecture we run on.
const TICKS_PER_SECOND: u64 = 100;

/// User and system time of all threads of this process so far, in steps of 10 ms; zero where unknown.
pub(crate) fn cpu_time() -> Duration {
    Duration::from_millis(ticks("/proc/self/stat") * 1000 / TICKS_PER_SECOND)
}

fn ticks(path: &str) -> u64 {
    let stat = read_to_string(path).unwrap_or_default();
    // The second field is a name in parentheses that may hold blanks.
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    fields.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum()
}

/// The most memory that this process has held at once, in MiB; zero where unknown.
pub(crate) fn peak_mib() -> u64 {
    field("/proc/self/status", "VmHWM")
        .and_then(|value| value.trim_end_matches(" kB").parse::<u64>().ok())
        .unwrap_or(0)
        / 1024
}

/// User and system time of a process so far, in milliseconds, in steps of ten; zero where unknown.
pub(crate) fn process_cpu_ms(id: u32) -> u64 {
    ticks(&format!("/proc/{id}/stat")) * 1000 / TICKS_PER_SECOND
}

/// Resident memory of a process in KiB, now and at most; zero where unknown.
pub(crate) fn process_resident_kib(id: u32) -> (u64, u64) {
    let path = format!("/proc/{id}/status");
    let kib = |name| field(&path, name).and_then(|it| it.trim_end_matches(" kB").parse().ok());
    (kib("VmRSS").unwrap_or(0), kib("VmHWM").unwrap_or(0))
}

/// How many threads can run at once.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The comment lines above the figures: machine, commit, load.
pub(crate) fn header() -> String {
    let cpu =
        field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".to_owned());
    let memory = field("/proc/meminfo", "MemTotal").unwrap_or_default();
    let commit = git(&["rev-parse", "--short=12", "HEAD"]).unwrap_or_else(|| "unknown".to_owned());
    let changed = git(&["status", "--porcelain", "--untracked-files=no"]);
    let changed = changed.is_some_and(|lines| !lines.is_empty());
    format!(
        "# machine: {cpu}, {} cores, {memory}, {}\n# commit: {commit}{}\n# load at the start: {}",
        cores(),
        std::env::consts::ARCH,
        if changed { " with uncommitted changes" } else { "" },
        load(),
    )
}

/// Load of the last 1, 5 and 15 minutes.
pub(crate) fn load() -> String {
    let text = read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

fn field(path: &str, name: &str) -> Option<String> {
    let text = read_to_string(path).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn git(args: &[&str]) -> Option<String> {
    let output =
        Command::new("git").args(args).current_dir(env!("CARGO_MANIFEST_DIR")).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
