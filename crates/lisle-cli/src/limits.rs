//! Limits of a run that depend on the machine.
#![allow(clippy::disallowed_methods, reason = "the machine's memory is looked up before there is a world")]

/// How much the heap may take: `LISLE_HEAP_MAX` (bytes, or a number with K, M or G), else three quarters of the
/// machine's memory, so that a program that eats all gets an error and not the system's killer. `None` when neither
/// is known.
pub(crate) fn heap_bytes_max() -> Option<usize> {
    match std::env::var("LISLE_HEAP_MAX") {
        Ok(text) => parse(&text).or_else(machine_share),
        Err(_) => machine_share(),
    }
}

fn parse(text: &str) -> Option<usize> {
    let (digits, unit) = match text.trim().char_indices().last()? {
        (at, 'k' | 'K') => (&text.trim()[..at], 1 << 10),
        (at, 'm' | 'M') => (&text.trim()[..at], 1 << 20),
        (at, 'g' | 'G') => (&text.trim()[..at], 1 << 30),
        _ => (text.trim(), 1),
    };
    digits.parse::<usize>().ok()?.checked_mul(unit)
}

/// Three quarters of the memory that Linux says the machine has.
fn machine_share() -> Option<usize> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: usize = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024 / 4 * 3)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn sizes_have_units() {
        assert_eq!(parse("4096"), Some(4096));
        assert_eq!(parse("2k"), Some(2048));
        assert_eq!(parse(" 3M "), Some(3 << 20));
        assert_eq!(parse("1G"), Some(1 << 30));
    }

    #[test]
    fn what_is_no_size_is_refused() {
        for text in ["", "M", "-1", "1.5G", "99999999999999999999", "18446744073709551615K"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
