//! Bytes (spec 06, section 12).

pub use octets::NATIVES;

#[lisle_macros::primitives]
mod octets {
    use std::fmt::Write;

    use crate::ops::each::list_items;
    use crate::ops::parts::{Items, Octets};
    use crate::value::Tag;
    use crate::{Cx, Escape, Value};

    /// The octets that arguments of `bytes` stand for.
    fn octets(cx: &mut Cx<'_>, name: &str, parts: &[Value]) -> Result<Vec<u8>, Escape> {
        if let [only] = parts {
            if let Some(keyword) = only.as_keyword() {
                return Ok(keyword.name().as_bytes().to_vec());
            }
            if matches!(only.tag(), Tag::String | Tag::MString | Tag::Bytes | Tag::MBytes) {
                return Ok(Octets::of(*only).slice(cx.heap).to_vec());
            }
        }
        let mut octets = Vec::with_capacity(parts.len());
        for (position, part) in parts.iter().enumerate() {
            let Some(int) = part.as_int() else {
                let got = cx.type_name(*part);
                let message = format!("{name}: expected integer, got {got} at position {position}");
                return Err(cx.error("type-error", message));
            };
            match u8::try_from(int) {
                Ok(octet) => octets.push(octet),
                Err(_) => {
                    let problem = format!("byte {position} out of range 0-255: {int}");
                    return Err(cx.argument_error(name, &problem));
                }
            }
        }
        Ok(octets)
    }

    /// Immutable bytes of integers, or of one string or keyword in UTF-8.
    ///
    /// (bytes "hé")  # => b[104 195 169]
    /// (bytes 256)  # raises :argument-error
    /// (bytes 1 :a)  # raises :type-error
    #[primitive(name = "bytes", signals(error))]
    fn make_bytes(cx: &mut Cx<'_>, parts: &[Value]) -> Result<Value, Escape> {
        if let [only] = parts
            && only.tag() == Tag::Bytes
        {
            return Ok(*only);
        }
        let octets = octets(cx, "bytes", parts)?;
        Ok(cx.heap.new_bytes(&octets).into())
    }

    /// Mutable bytes of integers, or of one string or keyword in UTF-8.
    ///
    /// (@bytes "a")  # => @b[97]
    /// (@bytes 256)  # raises :argument-error
    #[primitive(name = "@bytes", signals(error))]
    fn make_mutable_bytes(cx: &mut Cx<'_>, parts: &[Value]) -> Result<Value, Escape> {
        if let [only] = parts
            && only.tag() == Tag::MBytes
        {
            return Ok(*only);
        }
        let octets = octets(cx, "@bytes", parts)?;
        Ok(cx.heap.new_mbytes(octets).into())
    }

    /// A mutable string of bytes.
    ///
    /// (@string 97 98)  # => @"ab"
    /// (@string 256)  # raises :argument-error
    #[primitive(name = "@string", signals(error))]
    fn make_mutable_string(cx: &mut Cx<'_>, parts: &[Value]) -> Result<Value, Escape> {
        let octets = octets(cx, "@string", parts)?;
        Ok(cx.heap.new_mstr(octets).into())
    }

    /// Bytes, a sequence of byte values, or an integer, in hexadecimal digits; a mutable string for mutable input.
    ///
    /// (seq->hex b[1 255])  # => "01ff"
    /// (seq->hex -1)  # raises :value-error
    /// (seq->hex "a")  # raises :type-error
    #[primitive(name = "seq->hex", aliases("bytes->hex", "bytes->hex-string"), signals(error))]
    fn seq_to_hex(cx: &mut Cx<'_>, sequence: Value) -> Result<Value, Escape> {
        const EXPECTED: &str = "bytes, array, list, or integer";
        let octets = match sequence.tag() {
            Tag::Bytes | Tag::MBytes => Octets::of(sequence).slice(cx.heap).to_vec(),
            Tag::Array | Tag::MArray => {
                let items = Items::of(sequence).slice(Some(cx.heap)).to_vec();
                hex_octets(cx, &items)?
            }
            Tag::EmptyList | Tag::Pair => match list_items(sequence) {
                Some(items) => hex_octets(cx, &items)?,
                None => return Err(cx.type_error("seq->hex", EXPECTED, sequence)),
            },
            Tag::Int => match u64::try_from(sequence.as_int().unwrap_or_default()) {
                Ok(int) => {
                    let first = (int.leading_zeros() / 8).min(7) as usize;
                    int.to_be_bytes()[first..].to_vec()
                }
                Err(_) => return Err(cx.error("value-error", "seq->hex: integer must be non-negative")),
            },
            _ => return Err(cx.type_error("seq->hex", EXPECTED, sequence)),
        };
        let hex = octets.iter().fold(String::with_capacity(2 * octets.len()), |mut hex, octet| {
            // Writing to a `String` does not fail.
            let _ = write!(hex, "{octet:02x}");
            hex
        });
        Ok(match sequence.tag() {
            Tag::MBytes | Tag::MArray => cx.heap.new_mstr(hex.into_bytes()).into(),
            _ => cx.string(&hex),
        })
    }

    fn hex_octets(cx: &mut Cx<'_>, items: &[Value]) -> Result<Vec<u8>, Escape> {
        let mut octets = Vec::with_capacity(items.len());
        for item in items {
            let Some(int) = item.as_int() else { return Err(cx.type_error("seq->hex", "integer", *item)) };
            match u8::try_from(int) {
                Ok(octet) => octets.push(octet),
                Err(_) => return Err(cx.error("value-error", format!("seq->hex: byte out of range 0-255: {int}"))),
            }
        }
        Ok(octets)
    }
}

#[cfg(test)]
mod tests {
    use crate::natives::testing::check;

    #[test]
    fn bytes_are_made_of_integers_or_text() {
        check(
            r#"
            (bytes 256)    !>  {:error :argument-error :message "bytes: byte 0 out of range 0-255: 256"}
            (bytes 1 "a")    !>  {:error :type-error :message "bytes: expected integer, got string at position 1"}
            (bytes "hé")    =>  b[104 195 169]
            (bytes :k)    =>  b[107]
            (bytes [1 2])    !>  {:error :type-error :message "bytes: expected integer, got array at position 0"}
            (@bytes "a")    =>  @b[97]
            (@bytes b[1])    =>  @b[1]
            (seq->hex b[1 255])    =>  "01ff"
            (seq->hex 258)    =>  "0102"
            (seq->hex 0)    =>  "00"
            (seq->hex @[1])    =>  @"01"
            "#,
        );
    }
}
