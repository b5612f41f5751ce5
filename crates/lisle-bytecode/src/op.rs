//! The instruction table: the only list of opcodes in the project.
//!
//! [`for_each_op`] calls a macro with every instruction. The enum, the encoder, the decoder and the
//! disassembler below come from it; the interpreter has one handler for each row. In the rows, `Reg`
//! is a register of the frame, `u32` is an index (constant, slot, or count, as the name says) and
//! `Jump` a distance in words from the instruction's end.

use crate::operand::{Decoder, Encoder, Jump, Operand, Reg};

/// Calls `$table!` with every instruction.
#[macro_export]
macro_rules! for_each_op {
    ($table:ident) => {
        $table! {
            /// dst := src
            Move { dst: Reg, src: Reg }
            /// dst := nil
            LoadNil { dst: Reg }
            /// `count` registers from dst on := nil
            LoadNils { dst: Reg, count: u8 }
            /// dst := true
            LoadTrue { dst: Reg }
            /// dst := false
            LoadFalse { dst: Reg }
            /// dst := the integer
            LoadInt { dst: Reg, value: i16 }
            /// dst := constant
            LoadConst { dst: Reg, constant: u16 }
            /// dst := constant (index too large for LoadConst)
            LoadConstWide { dst: Reg, constant: u32 }
            /// dst := the syntax object of a `Const::Template`, with the scope of the running expansion added
            LoadTemplate { dst: Reg, constant: u32 }

            /// dst := top-level variable
            GetGlobal { dst: Reg, slot: u16 }
            /// dst := top-level variable (slot too large for GetGlobal)
            GetGlobalWide { dst: Reg, slot: u32 }
            /// top-level variable := src
            SetGlobal { src: Reg, slot: u32 }
            /// dst := captured value
            GetCapture { dst: Reg, index: u16 }
            /// dst := content of a captured cell
            GetCaptureCell { dst: Reg, index: u16 }
            /// content of a captured cell := src
            SetCaptureCell { src: Reg, index: u16 }
            /// dst := the running closure
            GetSelf { dst: Reg }
            /// dst := a new cell that holds src
            NewCell { dst: Reg, src: Reg }
            /// dst := content of cell
            GetCell { dst: Reg, cell: Reg }
            /// content of cell := src
            SetCell { cell: Reg, src: Reg }
            /// dst := a new closure over the code object of that index in the unit
            NewClosure { dst: Reg, code: u32 }
            /// Makes room for `count` spill slots below the frame. Only as the first instruction of a code object.
            EnterSpill { count: u32 }
            /// dst := spill slot
            GetSpill { dst: Reg, slot: u32 }
            /// spill slot := src
            SetSpill { src: Reg, slot: u32 }

            /// dst := lhs + rhs. Raises `:type-error` unless both are numbers. Integers wrap.
            Add { dst: Reg, lhs: Reg, rhs: Reg }
            /// dst := lhs - rhs
            Sub { dst: Reg, lhs: Reg, rhs: Reg }
            /// dst := lhs * rhs
            Mul { dst: Reg, lhs: Reg, rhs: Reg }
            /// dst := lhs / rhs. Raises `:division-by-zero`.
            Div { dst: Reg, lhs: Reg, rhs: Reg }
            /// dst := truncated remainder
            Rem { dst: Reg, lhs: Reg, rhs: Reg }
            /// dst := floored remainder, integers only
            Mod { dst: Reg, lhs: Reg, rhs: Reg }
            /// dst := lhs + small integer
            AddInt { dst: Reg, lhs: Reg, rhs: i8 }
            /// dst := lhs - small integer
            SubInt { dst: Reg, lhs: Reg, rhs: i8 }
            /// dst := -src
            Neg { dst: Reg, src: Reg }
            /// dst := true when src is nil or false, else false
            Not { dst: Reg, src: Reg }
            /// dst := lhs = rhs
            Eq { dst: Reg, lhs: Reg, rhs: Reg }
            /// dst := lhs < rhs. Raises `:type-error` unless both are numbers, strings or keywords.
            Lt { dst: Reg, lhs: Reg, rhs: Reg }
            /// dst := lhs <= rhs
            Le { dst: Reg, lhs: Reg, rhs: Reg }
            /// dst := lhs > rhs
            Gt { dst: Reg, lhs: Reg, rhs: Reg }
            /// dst := lhs >= rhs
            Ge { dst: Reg, lhs: Reg, rhs: Reg }

            /// Goes on at `to`.
            Jump { to: Jump }
            /// Goes back to `to`; a safepoint that spends one unit of fuel.
            Loop { to: Jump }
            /// Jumps when cond is neither nil nor false.
            JumpIf { cond: Reg, to: Jump }
            /// Jumps when cond is nil or false.
            JumpIfNot { cond: Reg, to: Jump }
            /// Jumps when src is nil.
            JumpIfNil { src: Reg, to: Jump }
            /// Jumps when src is not nil.
            JumpIfNotNil { src: Reg, to: Jump }
            /// Jumps when (lhs = rhs) is `when` (1 true, 0 false).
            JumpEq { lhs: Reg, rhs: Reg, when: u8, to: Jump }
            /// Jumps when (lhs < rhs) is `when`.
            JumpLt { lhs: Reg, rhs: Reg, when: u8, to: Jump }
            /// Jumps when (lhs <= rhs) is `when`.
            JumpLe { lhs: Reg, rhs: Reg, when: u8, to: Jump }
            /// Jumps when (lhs > rhs) is `when`.
            JumpGt { lhs: Reg, rhs: Reg, when: u8, to: Jump }
            /// Jumps when (lhs >= rhs) is `when`.
            JumpGe { lhs: Reg, rhs: Reg, when: u8, to: Jump }
            /// Jumps when (lhs = small integer) is `when`.
            JumpEqInt { lhs: Reg, rhs: i8, when: u8, to: Jump }
            /// Jumps when (lhs < small integer) is `when`.
            JumpLtInt { lhs: Reg, rhs: i8, when: u8, to: Jump }
            /// Jumps when (lhs <= small integer) is `when`.
            JumpLeInt { lhs: Reg, rhs: i8, when: u8, to: Jump }
            /// Jumps when (lhs > small integer) is `when`.
            JumpGtInt { lhs: Reg, rhs: i8, when: u8, to: Jump }
            /// Jumps when (lhs >= small integer) is `when`.
            JumpGeInt { lhs: Reg, rhs: i8, when: u8, to: Jump }
            /// Jumps when (lhs = constant) is `when`. For `match` and `case` on literals.
            JumpEqConst { lhs: Reg, when: u8, constant: u32, to: Jump }

            /// dst := call of the function in `base` with the `argc` registers after it. Everything from `base` on is lost.
            Call { dst: Reg, base: Reg, argc: u8 }
            /// Returns the result of calling `base` with the `argc` registers after it, in this frame's place.
            TailCall { base: Reg, argc: u8 }
            /// As Call, the function being a top-level variable; `base` itself is scratch.
            CallGlobal { dst: Reg, base: Reg, argc: u8, slot: u32 }
            /// As TailCall, the function being a top-level variable; `base` itself is scratch.
            TailCallGlobal { base: Reg, argc: u8, slot: u32 }
            /// dst := call of the native function that the constant (a `Const::Builtin`) names, with `argc` registers from `base` on. The arity was checked at compile time. Natives may call back or suspend.
            CallNative { dst: Reg, base: Reg, argc: u8, native: u32 }
            /// dst := call of `callee` with the elements of the array builder `args`
            CallSpread { dst: Reg, callee: Reg, args: Reg }
            /// Returns the result of calling `callee` with the elements of the array builder `args`, in this frame's place.
            TailCallSpread { callee: Reg, args: Reg }
            /// Ends the function with src.
            Return { src: Reg }

            /// dst := immutable array of `count` registers from `base` on
            NewArray { dst: Reg, base: Reg, count: u8 }
            /// dst := mutable array of `count` registers from `base` on; with count 0 also the start of a builder
            NewMArray { dst: Reg, base: Reg, count: u8 }
            /// Appends `count` registers from `base` on to the builder (a mutable array).
            BuildPush { array: Reg, base: Reg, count: u8 }
            /// Appends the elements of an array, mutable array or list to the builder. Raises the splice `:type-error` for others.
            BuildSplice { array: Reg, seq: Reg }
            /// dst := the builder as an immutable array
            BuildArray { dst: Reg, array: Reg }
            /// dst := the builder as a list
            BuildList { dst: Reg, array: Reg }

            /// dst := (get coll key)
            Get { dst: Reg, coll: Reg, key: Reg }
            /// dst := (get coll :key), the key a keyword constant
            GetField { dst: Reg, coll: Reg, key: u32 }
            /// dst := (first src)
            First { dst: Reg, src: Reg }
            /// dst := (rest src)
            Rest { dst: Reg, src: Reg }
            /// dst := (length src)
            Length { dst: Reg, src: Reg }

            /// Jumps unless src is of the pattern kind (`PatternKind` as u8).
            TestKind { src: Reg, kind: u8, to: Jump }
            /// Jumps unless src is an array of `count` elements: mutable if bit 0 of `flags` is set, immutable otherwise; at least so many if bit 1 is set.
            TestArray { src: Reg, flags: u8, count: u32, to: Jump }
            /// dst := first of a pair; nil for anything else
            PairFirst { dst: Reg, src: Reg }
            /// dst := rest of a pair; nil for anything else
            PairRest { dst: Reg, src: Reg }
            /// dst := element of an array or mutable array; nil when there is none
            ItemAt { dst: Reg, src: Reg, index: u32 }
            /// dst := the elements from `from` on, of the same mutability
            ItemsFrom { dst: Reg, src: Reg, from: u32 }
            /// dst := value of a key (constant) of a struct or mutable struct; nil when absent
            FieldOrNil { dst: Reg, src: Reg, key: u32 }
            /// dst := immutable struct of the entries whose keys are not in the constant array `keys`
            FieldsExcept { dst: Reg, src: Reg, keys: u32 }

            /// Raises the destructuring `:type-error` unless src is of the pattern kind, either mutability (List, Array, Struct).
            DestructureKind { src: Reg, kind: u8 }
            /// dst := element of an array; raises on a misfit, or gives nil if `lenient` is 1
            DestructureItem { dst: Reg, src: Reg, lenient: u8, index: u32 }
            /// dst := the elements from `from` on; raises on a misfit, or gives nil if `lenient` is 1
            DestructureItems { dst: Reg, src: Reg, lenient: u8, from: u32 }
            /// dst := first of a list; raises on a misfit (also on the empty list), or gives nil if `lenient` is 1
            DestructureFirst { dst: Reg, src: Reg, lenient: u8 }
            /// dst := rest of a list; raises on a misfit (also on the empty list), or gives nil if `lenient` is 1
            DestructureRest { dst: Reg, src: Reg, lenient: u8 }
            /// dst := value of a key (constant); raises when it is absent or src is no struct, or gives nil if `lenient` is 1
            DestructureField { dst: Reg, src: Reg, lenient: u8, key: u32 }
            /// dst := immutable struct of the other entries; raises if src is no struct, or gives nil if `lenient` is 1
            DestructureFields { dst: Reg, src: Reg, lenient: u8, keys: u32 }

            /// Begins iteration over coll: registers state, state+1, state+2 hold the iterator. Raises `:not-a-sequence`.
            EachInit { state: Reg, coll: Reg }
            /// dst := next element, or jumps when there is none. Always followed by EachCheck, which it skips but for fibers (those it resumes).
            EachNext { dst: Reg, state: Reg, to: Jump }
            /// After a fiber was resumed by EachNext: jumps when value is nil or false, or the fiber has ended.
            EachCheck { value: Reg, state: Reg, to: Jump }

            /// From here to PopHandler (in this frame), an error ends the body: dst := the error, and execution goes on at `to` with the handler removed.
            PushHandler { dst: Reg, to: Jump }
            /// Removes the innermost handler.
            PopHandler { }
            /// dst := what the fiber is resumed with after emitting a signal of those bits (the low 32) with the payload `value`
            Emit { dst: Reg, value: Reg, bits: u32 }
            /// Raises the error `value` again after cleanup, keeping the trace of its first raising. dst as in Emit.
            Reraise { dst: Reg, value: Reg }
            /// saved := the dynamic bindings; then binds `count` parameter/value pairs from `base` on. Raises `:type-error` for non-parameters. Handlers restore bindings by themselves.
            BindParameters { saved: Reg, base: Reg, count: u8 }
            /// The dynamic bindings := saved
            RestoreParameters { saved: Reg }
        }
    };
}

macro_rules! define_ops {
    ($( #[doc = $doc:literal] $name:ident { $($field:ident : $type:ident),* } )*) => {
        /// An opcode: the lowest byte of an instruction's first word.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Op { $( #[doc = $doc] $name ),* }

        impl Op {
            /// Every opcode, in order of its number.
            pub const ALL: &'static [Op] = &[ $( Op::$name ),* ];

            /// The opcode of that number.
            pub fn from_u8(byte: u8) -> Option<Op> {
                Op::ALL.get(usize::from(byte)).copied()
            }

            /// Its name, as in the table.
            pub fn name(self) -> &'static str {
                match self { $( Op::$name => stringify!($name) ),* }
            }

            /// What it does.
            pub fn doc(self) -> &'static str {
                match self { $( Op::$name => $doc.trim_ascii() ),* }
            }

            /// Words it takes, the first included.
            pub const fn words(self) -> usize {
                match self { $( Op::$name => 1 $( + <$type as Operand>::WORDS )* ),* }
            }
        }

        /// An instruction with its operands.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub enum Instr {
            $( #[doc = $doc] $name { $( #[doc = stringify!($field)] $field: $type ),* } ),*
        }

        impl Instr {
            /// Its opcode.
            pub fn op(&self) -> Op {
                match self { $( Instr::$name { .. } => Op::$name ),* }
            }

            /// Appends its words.
            pub fn encode(&self, words: &mut Vec<u32>) {
                match *self { $( Instr::$name { $($field),* } => {
                    #[allow(unused_mut, reason = "instructions without operands do not change it")]
                    let mut encoder = Encoder::new(Op::$name as u8);
                    $( $field.encode(&mut encoder); )*
                    encoder.finish(words);
                } ),* }
            }

            /// Reads the instruction that starts at `words[0]`, and the number of its words.
            /// `None` when the opcode is unknown or the words end too early.
            pub fn decode(words: &[u32]) -> Option<(Instr, usize)> {
                let op = Op::from_u8((*words.first()? & 0xff) as u8)?;
                #[allow(unused_mut, reason = "instructions without operands do not change it")]
                let mut decoder = Decoder::new(words);
                let instr = match op { $( Op::$name => Instr::$name { $( $field: <$type>::decode(&mut decoder)? ),* } ),* };
                Some((instr, decoder.used()))
            }

            /// The highest register among its operands.
            pub fn highest_register(&self) -> Option<Reg> {
                match *self { $( Instr::$name { $($field),* } => {
                    let highest = None;
                    $( let highest = $field.as_register().max(highest); )*
                    highest
                } ),* }
            }

            /// Its jump, if it has one.
            pub fn jump(&self) -> Option<Jump> {
                match *self { $( Instr::$name { $($field),* } => {
                    let jump = None;
                    $( let jump = $field.as_jump().or(jump); )*
                    jump
                } ),* }
            }

            /// Its operands as text, with their names.
            pub fn operands(&self) -> Vec<(&'static str, String)> {
                match *self { $( Instr::$name { $($field),* } => vec![ $( (stringify!($field), $field.show()) ),* ] ),* }
            }
        }
    };
}
for_each_op!(define_ops);

/// What `TestKind` and `DestructureKind` test for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum PatternKind {
    /// The empty list.
    EmptyList,
    /// A pair.
    Pair,
    /// The empty list or a pair.
    List,
    /// An immutable array (TestKind); any array (DestructureKind).
    Array,
    /// A mutable array.
    MArray,
    /// An immutable struct (TestKind); any struct (DestructureKind).
    Struct,
    /// A mutable struct.
    MStruct,
    /// An immutable set.
    Set,
    /// A mutable set.
    MSet,
}

impl PatternKind {
    /// The kind of that number.
    pub fn from_u8(byte: u8) -> Option<PatternKind> {
        use PatternKind::*;
        [EmptyList, Pair, List, Array, MArray, Struct, MStruct, Set, MSet].get(usize::from(byte)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoding_round_trips() {
        let instrs = [
            Instr::Add { dst: Reg(1), lhs: Reg(2), rhs: Reg(255) },
            Instr::AddInt { dst: Reg(1), lhs: Reg(2), rhs: -128 },
            Instr::LoadInt { dst: Reg(9), value: -32768 },
            Instr::JumpLtInt { lhs: Reg(3), rhs: -1, when: 1, to: Jump(-77) },
            Instr::JumpEqConst { lhs: Reg(3), when: 0, constant: 70_000, to: Jump(5) },
            Instr::PopHandler {},
            Instr::CallNative { dst: Reg(0), base: Reg(1), argc: 2, native: 3 },
        ];
        for instr in instrs {
            let mut words = Vec::new();
            instr.encode(&mut words);
            assert_eq!(words.len(), instr.op().words());
            assert_eq!(Instr::decode(&words), Some((instr, words.len())));
        }
    }

    #[test]
    fn truncated_instructions_are_refused() {
        let mut words = Vec::new();
        Instr::Jump { to: Jump(1) }.encode(&mut words);
        assert_eq!(Instr::decode(&words[..1]), None);
        assert_eq!(Instr::decode(&[0xff]), None);
        assert_eq!(Instr::decode(&[]), None);
    }
}
