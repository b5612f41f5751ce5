//! The loop: makes inputs, runs each under watch, keeps what breaks.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::mutate::mutate;
use crate::random::Random;
use crate::targets::{Runner, Target};
use crate::{data, grammar};

/// An input that takes longer is a finding.
const LIMIT_MS: u64 = 20_000;

/// How many inputs the corpus may grow to.
const CORPUS_MAX: usize = 2_000;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Watches that no input takes too long.
struct Watch {
    start: Instant,
    /// Milliseconds from the start to that of the running input; 0 when none runs.
    since_ms: Arc<AtomicU64>,
    input: Arc<Mutex<Vec<u8>>>,
}

impl Watch {
    fn start(target: Target) -> Watch {
        let watch = Watch { start: Instant::now(), since_ms: Arc::default(), input: Arc::default() };
        let (start, since_ms, input) = (watch.start, watch.since_ms.clone(), watch.input.clone());
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(Duration::from_millis(200));
                let since = since_ms.load(Ordering::Acquire);
                if since != 0 && start.elapsed().as_millis() as u64 > since + LIMIT_MS {
                    let input = input.lock().unwrap_or_else(PoisonError::into_inner);
                    eprintln!(
                        "an input takes longer than {} s: {}",
                        LIMIT_MS / 1000,
                        keep(target, "slow", &input).display()
                    );
                    std::process::exit(1);
                }
            }
        });
        watch
    }

    fn begin(&self, input: &[u8]) {
        input.clone_into(&mut self.input.lock().unwrap_or_else(PoisonError::into_inner));
        self.since_ms.store(self.start.elapsed().as_millis() as u64 + 1, Ordering::Release);
    }

    fn end(&self) {
        self.since_ms.store(0, Ordering::Release);
    }
}

/// Writes an input to the artifacts and gives its path.
fn keep(target: Target, what: &str, input: &[u8]) -> PathBuf {
    let directory = folder().join("artifacts");
    let path = directory.join(format!("{}.{what}", target.name()));
    let written = std::fs::create_dir_all(&directory).and_then(|()| std::fs::write(&path, input));
    if let Err(e) = written {
        eprintln!("cannot write {}: {e}", path.display());
    }
    path
}

/// The inputs to start from: the target's seeds, and the programs of the repository.
fn seeds(target: Target) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut waiting = vec![folder().join("seeds").join(target.name())];
    waiting.extend(["examples", "tests", "lib"].map(|d| folder().join("..").join(d)));
    while let Some(directory) = waiting.pop() {
        let mut paths: Vec<PathBuf> =
            std::fs::read_dir(&directory).into_iter().flatten().flatten().map(|e| e.path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                waiting.push(path);
            } else if let Ok(bytes) = std::fs::read(&path)
                && bytes.len() < 1 << 16
            {
                found.push(bytes);
            }
        }
    }
    found.push(Vec::new());
    found
}

fn next_input(target: Target, corpus: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    if target == Target::Data {
        return data::text(corpus, random);
    }
    if target != Target::Reader && random.one_in(2) {
        let program = grammar::program(random);
        if random.one_in(3) {
            let other: &Vec<u8> = random.pick(corpus);
            mutate(program.as_bytes(), other, random)
        } else {
            program.into_bytes()
        }
    } else {
        let input: &Vec<u8> = random.pick(corpus);
        let other: &Vec<u8> = random.pick(corpus);
        mutate(input, other, random)
    }
}

/// Runs a target until the time is over or something breaks.
///
/// Errors: what broke, and where the input is kept.
pub(crate) fn run(target: Target, seconds: u64, seed: u64) -> Result<(), String> {
    let mut random = Random::new(seed);
    let mut corpus = seeds(target);
    let mut runner = Runner::new(target);
    let watch = Watch::start(target);
    let start = Instant::now();
    let (mut runs, mut whole) = (0_u64, 0_u64);
    std::panic::set_hook(Box::new(|_| {}));
    while start.elapsed() < Duration::from_secs(seconds) {
        let input = next_input(target, &corpus, &mut random);
        keep(target, "current", &input);
        let interesting = watched(&mut runner, &watch, target, &input)
            .map_err(|message| format!("{message}\n{} --seed {seed}, run {runs}", target.name()))?;
        whole += u64::from(interesting);
        if interesting && random.one_in(20) {
            if corpus.len() < CORPUS_MAX {
                corpus.push(input);
            } else {
                let at = random.below(corpus.len());
                corpus[at] = input;
            }
        }
        runs += 1;
    }
    let _ = std::fs::remove_file(folder().join("artifacts").join(format!("{}.current", target.name())));
    println!(
        "{}: {runs} inputs in {seconds} s, {whole} of them without faults, seed {seed}, no findings",
        target.name()
    );
    Ok(())
}

/// Runs one kept input.
///
/// Errors: what broke.
pub(crate) fn run_file(target: Target, path: &Path) -> Result<(), String> {
    let input = std::fs::read(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let watch = Watch::start(target);
    watched(&mut Runner::new(target), &watch, target, &input).map(|_| println!("{}: fine", path.display()))
}

fn watched(runner: &mut Runner, watch: &Watch, target: Target, input: &[u8]) -> Result<bool, String> {
    watch.begin(input);
    let result = catch_unwind(AssertUnwindSafe(|| runner.run(input)));
    watch.end();
    let message = match result {
        Ok(Ok(interesting)) => return Ok(interesting),
        Ok(Err(message)) => message,
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
            format!("panicked: {}", text.unwrap_or("?"))
        }
    };
    Err(format!("{message}\nthe input is in {}", keep(target, "finding", input).display()))
}
