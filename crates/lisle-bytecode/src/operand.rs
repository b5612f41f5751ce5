//! Operands of instructions and how they are laid out in words.
//!
//! An instruction is one 32-bit word, the opcode in its lowest byte, followed by zero or more whole
//! words. Small operands (registers, bytes, 16-bit numbers) fill the three upper bytes of the first
//! word from low to high in the order in which the table names them; large operands (constants, slots,
//! jumps) take one following word each, in order. A decoder thus needs nothing but the table.

/// A register of the running frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reg(pub u8);

/// A jump target: the distance in words from the end of the jumping instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jump(pub i32);

/// Writes operands into words.
#[derive(Debug)]
pub struct Encoder {
    first: u32,
    shift: u32,
    extra: [u32; 3],
    extra_count: usize,
}

impl Encoder {
    /// An encoder for one instruction with that opcode.
    pub fn new(opcode: u8) -> Encoder {
        Encoder { first: u32::from(opcode), shift: 8, extra: [0; 3], extra_count: 0 }
    }

    /// Appends the finished instruction to `words`.
    pub fn finish(&self, words: &mut Vec<u32>) {
        words.push(self.first);
        words.extend_from_slice(&self.extra[..self.extra_count]);
    }

    fn small(&mut self, value: u32, bits: u32) {
        debug_assert!(self.shift + bits <= 32, "an instruction has three bytes of small operands");
        self.first |= value << self.shift;
        self.shift += bits;
    }

    fn word(&mut self, value: u32) {
        self.extra[self.extra_count] = value;
        self.extra_count += 1;
    }
}

/// Reads operands back.
#[derive(Debug)]
pub struct Decoder<'a> {
    words: &'a [u32],
    shift: u32,
    next: usize,
}

impl<'a> Decoder<'a> {
    /// Starts at an instruction's first word.
    pub fn new(words: &'a [u32]) -> Decoder<'a> {
        Decoder { words, shift: 8, next: 1 }
    }

    /// Words used so far.
    pub fn used(&self) -> usize {
        self.next
    }

    fn small(&mut self, bits: u32) -> Option<u32> {
        let value = (*self.words.first()? >> self.shift) & ((1 << bits) - 1);
        self.shift += bits;
        Some(value)
    }

    fn word(&mut self) -> Option<u32> {
        let value = *self.words.get(self.next)?;
        self.next += 1;
        Some(value)
    }
}

/// What an operand type knows of its own layout.
pub trait Operand: Sized + Copy {
    /// Following words it takes: 0 or 1.
    const WORDS: usize;
    /// Appends it.
    fn encode(self, to: &mut Encoder);
    /// Reads it; `None` when the words end too early.
    fn decode(from: &mut Decoder<'_>) -> Option<Self>;
    /// How the disassembler shows it.
    fn show(self) -> String;
    /// The register that it is.
    fn as_register(self) -> Option<Reg> {
        None
    }
    /// The jump that it is.
    fn as_jump(self) -> Option<Jump> {
        None
    }
}

impl Operand for Reg {
    const WORDS: usize = 0;
    fn encode(self, to: &mut Encoder) {
        to.small(u32::from(self.0), 8);
    }
    fn decode(from: &mut Decoder<'_>) -> Option<Reg> {
        Some(Reg(from.small(8)? as u8))
    }
    fn show(self) -> String {
        format!("r{}", self.0)
    }
    fn as_register(self) -> Option<Reg> {
        Some(self)
    }
}

macro_rules! small_operand {
    ($type:ty, $via:ty, $bits:expr) => {
        impl Operand for $type {
            const WORDS: usize = 0;
            fn encode(self, to: &mut Encoder) {
                to.small(u32::from(self as $via), $bits);
            }
            fn decode(from: &mut Decoder<'_>) -> Option<$type> {
                Some(from.small($bits)? as $via as $type)
            }
            fn show(self) -> String {
                self.to_string()
            }
        }
    };
}
small_operand!(u8, u8, 8);
small_operand!(i8, u8, 8);
small_operand!(u16, u16, 16);
small_operand!(i16, u16, 16);

impl Operand for u32 {
    const WORDS: usize = 1;
    fn encode(self, to: &mut Encoder) {
        to.word(self);
    }
    fn decode(from: &mut Decoder<'_>) -> Option<u32> {
        from.word()
    }
    fn show(self) -> String {
        format!("#{self}")
    }
}

impl Operand for Jump {
    const WORDS: usize = 1;
    fn encode(self, to: &mut Encoder) {
        to.word(self.0 as u32);
    }
    fn decode(from: &mut Decoder<'_>) -> Option<Jump> {
        Some(Jump(from.word()? as i32))
    }
    fn show(self) -> String {
        format!("{:+}", self.0)
    }
    fn as_jump(self) -> Option<Jump> {
        Some(self)
    }
}
