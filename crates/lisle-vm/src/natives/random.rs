//! What `std/random` is made of: generators with a seed. Where seeds come from is the runtime's.

pub use random::NATIVES;

use rand::rngs::ChaCha12Rng;

use crate::object::External;

/// A generator of random numbers: good for secrets if its seed is.
#[derive(Debug)]
struct Generator(ChaCha12Rng);

impl External for Generator {
    fn type_name(&self) -> &'static str {
        "random"
    }
    fn display(&self) -> String {
        "#<random>".to_owned()
    }
}

/// Most random bytes that one call makes.
const BYTES_MAX: i64 = 1 << 24;

#[allow(clippy::module_inception, reason = "the module's name is the category that help shows")]
#[lisle_macros::primitives]
mod random {
    use rand::rngs::ChaCha12Rng;
    use rand::{Rng, RngExt, SeedableRng};

    use super::{BYTES_MAX, Generator};
    use crate::natives::sequences::items_of;
    use crate::{Cx, Escape, Value};

    /// A generator with a seed of up to four integers.
    #[primitive(name = "%random-new", errors_as = "random", signals(error))]
    fn new(cx: &mut Cx<'_>, seeds: &[Value]) -> Result<Value, Escape> {
        let mut seed = [0_u8; 32];
        for (place, value) in seed.chunks_exact_mut(8).zip(seeds) {
            let Some(word) = value.as_int() else { return Err(cx.type_error("random", "integer", *value)) };
            place.copy_from_slice(&word.to_le_bytes());
        }
        let generator = ChaCha12Rng::from_seed(seed);
        Ok(cx.heap.new_external(Box::new(Generator(generator))).into())
    }

    fn generator<'h>(cx: &'h mut Cx<'_>, value: Value) -> Result<&'h mut ChaCha12Rng, Escape> {
        let object = value.as_external().filter(|o| o.get(cx.heap).downcast_ref::<Generator>().is_some());
        let Some(object) = object else { return Err(cx.type_error("random", "random", value)) };
        match object.get_mut(cx.heap).downcast_mut::<Generator>() {
            Some(generator) => Ok(&mut generator.0),
            None => unreachable!("just seen"),
        }
    }

    /// A random integer from `low` up to but without `high`.
    #[primitive(name = "%random-int", errors_as = "random:int", signals(error))]
    fn int(cx: &mut Cx<'_>, random: Value, low: i64, high: i64) -> Result<i64, Escape> {
        if low >= high {
            return Err(cx.argument_error("random:int", &format!("there is no integer from {low} below {high}")));
        }
        Ok(generator(cx, random)?.random_range(low..high))
    }

    /// A random float from 0 up to but without 1.
    #[primitive(name = "%random-float", errors_as = "random:float", signals(error))]
    fn float(cx: &mut Cx<'_>, random: Value) -> Result<f64, Escape> {
        Ok(generator(cx, random)?.random())
    }

    /// So many random bytes.
    #[primitive(name = "%random-bytes", errors_as = "random:bytes", signals(error))]
    fn bytes(cx: &mut Cx<'_>, random: Value, n: i64) -> Result<Value, Escape> {
        if !(0..=BYTES_MAX).contains(&n) {
            return Err(cx.argument_error("random:bytes", &format!("count must be from 0 to {BYTES_MAX}, got {n}")));
        }
        let mut bytes = vec![0; n as usize];
        generator(cx, random)?.fill_bytes(&mut bytes);
        cx.spend_bytes(bytes.len());
        Ok(cx.heap.new_bytes(&bytes).into())
    }

    /// The elements of a sequence in a random order, as an immutable array.
    #[primitive(name = "%random-shuffle", errors_as = "random:shuffle", signals(error))]
    fn shuffle(cx: &mut Cx<'_>, random: Value, sequence: Value) -> Result<Value, Escape> {
        let mut items = items_of(cx, sequence)?;
        cx.spend_items(items.len());
        let generator = generator(cx, random)?;
        for last in (1..items.len()).rev() {
            items.swap(last, generator.random_range(0..=last));
        }
        Ok(cx.heap.new_array(&items).into())
    }
}
