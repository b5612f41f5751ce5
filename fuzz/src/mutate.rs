//! Small changes to inputs.

use crate::random::Random;

/// Pieces that matter to a reader of Lisle.
const TOKENS: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "|",
    "@|",
    "@[",
    "@{",
    "@\"",
    "b[",
    "@b[",
    "'",
    "`",
    ",",
    ",;",
    ";",
    "\"",
    "\\",
    "#",
    "#!",
    ":",
    ":a",
    "a:b",
    "@x",
    "&",
    "& r",
    "&opt",
    "&keys",
    "&named",
    ".",
    "_",
    "nil",
    "true",
    "0x",
    "0b1",
    "1_0",
    "1e9",
    "1.",
    "-",
    "+5",
    "-9223372036854775808",
    "9223372036854775808",
    "1e400",
    "\u{feff}",
    "\0",
    "é",
    "👨‍👩‍👧",
    "\u{2028}",
    "\r\n",
    "\t",
    " ",
    "\n",
    "(def ",
    "(defn ",
    "(fn [",
    "(let [",
    "(let ([",
    "(letrec [",
    "(if ",
    "(cond ",
    "(match ",
    "(while ",
    "(each ",
    "(block :a ",
    "(break :a ",
    "(try ",
    "(catch e ",
    "(protect ",
    "(defer ",
    "(assign ",
    "(quote ",
    "(defmacro ",
    "(syntax-case ",
    "(begin-for-syntax ",
    "(parameterize ",
    "(splice ",
    "(emit ",
    "(yield ",
    "(include-file \"x\")",
    "(elle/epoch 3)",
    "(eval ",
    "(environment)",
    "(macro? ",
    "(expand-macro ",
    "when",
    "or",
    "in",
    "else",
];

/// The input with one to several changes.
pub(crate) fn mutate(input: &[u8], other: &[u8], random: &mut Random) -> Vec<u8> {
    let mut out = input.to_vec();
    for _ in 0..1 + random.below(6) {
        change(&mut out, other, random);
    }
    out.truncate(1 << 16);
    out
}

fn change(out: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    let at = random.below(out.len() + 1);
    match random.below(9) {
        0 => {
            let token = random.pick(TOKENS);
            out.splice(at..at, token.bytes());
        }
        1 => {
            let end = (at + 1 + random.below(16)).min(out.len());
            out.drain(at..end);
        }
        2 => {
            let end = (at + 1 + random.below(64)).min(out.len());
            let piece = out[at..end].to_vec();
            let to = random.below(out.len() + 1);
            out.splice(to..to, piece);
        }
        3 if !other.is_empty() => {
            let from = random.below(other.len());
            let piece = &other[from..(from + 1 + random.below(200)).min(other.len())];
            out.splice(at..at, piece.iter().copied());
        }
        4 if at < out.len() => out[at] = random.next() as u8,
        5 if at < out.len() => out[at] ^= 1 << random.below(8),
        6 => {
            // Nesting.
            let bracket = *random.pick(b"([{|'`,");
            out.splice(at..at, std::iter::repeat_n(bracket, 1 + random.below(40)));
        }
        7 if at < out.len() => {
            // A digit or a bracket in place of another.
            let from: &[u8] = if out[at].is_ascii_digit() { b"0123456789-_.ex" } else { b"()[]{}|'`,;@:\"#" };
            out[at] = *random.pick(from);
        }
        _ => {
            let token = random.pick(TOKENS);
            let end = (at + token.len()).min(out.len());
            out.splice(at..end, token.bytes());
        }
    }
}
