//! Rewrites `fixtures/` and `corpus/`: one tour recorded, and real objects and nasty ones for each target.
//!
//! Run it when the rules change: `cargo run --release --features seeds --bin seeds`. Files that somebody added to a
//! corpus by hand stay; those that this program makes are named `seed-*`.

#[path = "seeds/authority.rs"]
mod authority;
#[path = "seeds/mesh.rs"]
mod mesh;
#[path = "seeds/nasty.rs"]
mod nasty;
#[path = "seeds/record.rs"]
mod record;

use std::fs;
use std::path::Path;

use anyhow::Context as _;

fn main() -> anyhow::Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    match std::env::args().nth(1).as_deref() {
        Some("tour") => record::tour(&here.join("fixtures")),
        Some("corpus") => corpus(&here.join("corpus")),
        // The corpus embeds the fixtures, so they are two runs of this program, not one.
        _ => anyhow::bail!("usage: seeds tour | seeds corpus (build again in between)"),
    }
}

fn corpus(dir: &Path) -> anyhow::Result<()> {
    for target in comity_fuzz::TARGETS {
        let dir = dir.join(target.name);
        fs::create_dir_all(&dir).with_context(|| format!("create {}", dir.display()))?;
        for entry in fs::read_dir(&dir)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with("seed-") {
                fs::remove_file(entry.path())?;
            }
        }
        let mut seeds = record::seeds(target.name);
        seeds.extend(nasty::seeds(target.name));
        seeds.extend(mesh::seeds(target.name));
        seeds.extend(authority::seeds(target.name));
        seeds.extend(comity_fuzz::bls::seeds(target.name));
        seeds.extend(comity_fuzz::anchor::seeds(target.name));
        anyhow::ensure!(!seeds.is_empty(), "no seeds for {}", target.name);
        seeds.sort();
        seeds.dedup();
        for (number, bytes) in seeds.iter().enumerate() {
            fs::write(dir.join(format!("seed-{number:02}")), bytes)?;
        }
    }
    Ok(())
}
