//! Options behind the arguments of a native: keywords with values, or one struct of them.

use lisle_syntax::Symbol;
use lisle_vm::{Cx, Escape, Value};

use crate::world::io::SocketOptions;

/// The pairs of keyword and value.
pub(super) fn pairs(cx: &mut Cx<'_>, name: &str, rest: &[Value]) -> Result<Vec<(Symbol, Value)>, Escape> {
    let entries: Vec<(Value, Value)> = match rest {
        [] => return Ok(Vec::new()),
        [one] if one.is_nil() => return Ok(Vec::new()),
        [one] => match (one.as_struct(), one.as_mstruct()) {
            (Some(fields), _) => fields.entries(),
            (_, Some(fields)) => fields.get(cx.heap).entries(),
            _ => return Err(cx.type_error(name, "struct of options", *one)),
        },
        _ if rest.len().is_multiple_of(2) => rest.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect(),
        _ => return Err(cx.argument_error(name, "an option lacks its value")),
    };
    let mut pairs = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        match key.as_keyword() {
            Some(key) => pairs.push((key, value)),
            None => return Err(cx.type_error(name, "keyword as an option", key)),
        }
    }
    Ok(pairs)
}

/// Says that there is no such option.
pub(super) fn unknown(cx: &mut Cx<'_>, name: &str, key: Symbol) -> Escape {
    cx.argument_error(name, &format!("unknown option :{}", key.name()))
}

/// True or false.
pub(super) fn flag(cx: &mut Cx<'_>, name: &str, key: &str, value: Value) -> Result<bool, Escape> {
    match value.tag() {
        lisle_vm::Tag::True => Ok(true),
        lisle_vm::Tag::False => Ok(false),
        _ => Err(cx.type_error(name, &format!("boolean for :{key}"), value)),
    }
}

/// A number of bytes and the like.
fn count(cx: &mut Cx<'_>, name: &str, key: &str, value: Value) -> Result<usize, Escape> {
    match value.as_int() {
        Some(count) => match usize::try_from(count).ok().filter(|count| (1..=1 << 30).contains(count)) {
            Some(count) => Ok(count),
            None => Err(cx.error("value-error", format!("{name}: :{key} out of range: {count}"))),
        },
        None => Err(cx.type_error(name, &format!("integer for :{key}"), value)),
    }
}

/// A number of milliseconds that is not negative; nil for no limit.
pub(super) fn milliseconds(cx: &mut Cx<'_>, name: &str, value: Value) -> Result<Value, Escape> {
    if value.is_nil() {
        return Ok(value);
    }
    match value.as_number() {
        Some(ms) if ms >= 0.0 => Ok(value),
        Some(_) => Err(cx.error("value-error", format!("{name}: :timeout must not be negative"))),
        None => Err(cx.type_error(name, "number of milliseconds for :timeout", value)),
    }
}

/// Nanoseconds in checked milliseconds.
pub(super) fn nanoseconds(value: Value) -> Option<u64> {
    value.as_number().map(|ms| (ms * 1e6) as u64)
}

/// `:timeout` as the only option.
pub(super) fn only_timeout(cx: &mut Cx<'_>, name: &str, rest: &[Value]) -> Result<Value, Escape> {
    let mut timeout = Value::NIL;
    if rest.is_empty() {
        return Ok(timeout);
    }
    for (key, value) in pairs(cx, name, rest)? {
        match key.name() {
            "timeout" => timeout = milliseconds(cx, name, value)?,
            _ => return Err(unknown(cx, name, key)),
        }
    }
    Ok(timeout)
}

/// Options of sockets, and `:timeout`, nil if it is not among them.
pub(super) fn socket(cx: &mut Cx<'_>, name: &str, rest: &[Value]) -> Result<(SocketOptions, Value), Escape> {
    let mut options = SocketOptions::default();
    let mut timeout = Value::NIL;
    for (key, value) in pairs(cx, name, rest)? {
        match key.name() {
            "timeout" => timeout = milliseconds(cx, name, value)?,
            "nodelay" => options.nodelay = Some(flag(cx, name, "nodelay", value)?),
            "keepalive" => options.keepalive = Some(flag(cx, name, "keepalive", value)?),
            "sndbuf" => options.send_buffer = Some(count(cx, name, "sndbuf", value)?),
            "rcvbuf" => options.receive_buffer = Some(count(cx, name, "rcvbuf", value)?),
            "reuse-port" => options.reuse_port = Some(flag(cx, name, "reuse-port", value)?),
            "only-v6" => options.only_v6 = Some(flag(cx, name, "only-v6", value)?),
            "broadcast" => options.broadcast = Some(flag(cx, name, "broadcast", value)?),
            "backlog" => {
                let backlog = count(cx, name, "backlog", value)?;
                options.backlog = Some(i32::try_from(backlog).unwrap_or(i32::MAX));
            }
            _ => return Err(unknown(cx, name, key)),
        }
    }
    Ok((options, timeout))
}
