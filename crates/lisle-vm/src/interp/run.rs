//! The loop over instructions.

use lisle_bytecode::{Op, for_each_op};

use crate::cx::Cx;
use crate::fiber::{BRANCH, Frame, FrameKind, NO_REGISTER};
use crate::gc::Gc;
use crate::interp::{Next, Run};
use crate::link;
use crate::object::{Array, Closure, MArray, Proto, Struct};
use crate::ops::{self, arith};
use crate::value::{Tag, Value};
use crate::vm::Exit;

/// The opcode in an instruction's first word.
#[inline(always)]
fn opcode(word: u32) -> Op {
    // SAFETY: the verifier has seen that every instruction starts with a byte that is an opcode.
    unsafe { std::mem::transmute::<u8, Op>(word as u8) }
}

macro_rules! count_ops {
    ($( #[doc = $doc:literal] $name:ident { $($field:ident : $type:ident),* } )*) => {
        [ $( Op::$name ),* ].len()
    };
}
const _: () = assert!(for_each_op!(count_ops) <= 256, "an opcode is one byte");

/// Runs the current fiber, and those that it resumes or returns to, until the interpreter is left.
#[allow(unused_unsafe, reason = "a register is named by one macro, inside unsafe blocks and outside")]
pub(crate) fn execute(run: &mut Run<'_>) -> Exit {
    let mut frame: *mut Frame;
    let mut closure: Gc<Closure>;
    let mut proto: Gc<Proto>;
    let mut pc: *const u32;
    let mut base: *mut Value;
    let mut constants: *const Value;
    // Units until budgets are looked at, and how many this count began with.
    let mut granted: i64 = run.units_to_spend() as i64;
    let mut units: i64 = granted;

    /// Takes the pointers from the top frame.
    macro_rules! load {
        () => {{
            let stacks = run.stacks();
            let count = stacks.frames.len();
            debug_assert!(count > 0 && stacks.registers.len() >= stacks.live_top());
            // SAFETY: `Next::Go` promises a top frame, of kind Code, whose registers lie in the stack.
            unsafe {
                frame = stacks.frames.as_mut_ptr().add(count - 1);
                closure = (*frame).closure.unwrap_unchecked();
                proto = closure.proto;
                pc = (*frame).pc;
                base = stacks.registers.as_mut_ptr().add((*frame).base as usize);
                constants = proto.constants.as_ptr();
            }
        }};
    }
    /// Writes the position back.
    macro_rules! save {
        () => {
            // SAFETY: `frame` is the running frame.
            unsafe { (*frame).pc = pc }
        };
    }
    /// A safepoint: counts a unit, and stops for collection or budgets.
    macro_rules! safepoint {
        () => {
            units -= 1;
            if units <= 0 || run.vm.heap.wants_collection() {
                save!();
                let spent = (granted - units) as u64;
                let next = run.safepoint(spent);
                granted = run.units_to_spend() as i64;
                units = granted;
                match next {
                    Next::Exit(exit) => return exit,
                    _ => load!(),
                }
            }
        };
    }
    /// Does what a method of `Run` says; after a call, `then` counts it.
    macro_rules! go {
        ($next:expr $(, $then:ident)?) => {{
            save!();
            // If some fiber has a budget of its own, what was spent so far is charged before anything changes.
            if run.vm.state.metering {
                units = run.charge(granted, units);
                granted = units;
            }
            let mut next = $next;
            if let Next::Turn(turn) = next {
                next = run.take_turns(turn);
            }
            if run.must_recount() {
                (granted, units) = run.recount(granted, units);
            }
            match next {
                Next::Exit(exit) => return exit,
                _ => {
                    load!();
                    $( $then!(); )?
                    // A native may call back for ever without any instruction that is a safepoint.
                    if run.vm.heap.wants_collection() {
                        save!();
                        match run.collect() {
                            Next::Exit(exit) => return exit,
                            _ => load!(),
                        }
                    }
                    continue;
                }
            }
        }};
    }
    /// A register.
    macro_rules! r {
        ($index:expr) => {
            // SAFETY: the verifier has seen that register operands lie below the frame's size.
            *unsafe { &mut *base.add($index as usize) }
        };
    }
    /// The word after the instruction's first ones.
    macro_rules! word {
        () => {{
            // SAFETY: the verifier has seen that every instruction has all its words.
            let word = unsafe { *pc };
            // SAFETY: as above.
            pc = unsafe { pc.add(1) };
            word
        }};
    }
    /// Skips a jump's word, or jumps.
    macro_rules! branch {
        ($taken:expr) => {{
            let taken = $taken;
            let distance = word!() as i32;
            if taken {
                // SAFETY: the verifier has seen that jumps lead to instructions of the same code.
                pc = unsafe { pc.offset(distance as isize) };
            }
        }};
    }
    macro_rules! constant {
        ($index:expr) => {
            // SAFETY: the verifier has seen that constant operands lie below the pool's size.
            unsafe { *constants.add($index as usize) }
        };
    }
    /// Stores a native's result, or does what it asks for.
    macro_rules! settle {
        ($result:expr, $dst:expr) => {
            match $result {
                Ok(value) => r!($dst) = value,
                Err(_) => go!(run.follow($dst as u16)),
            }
        };
    }
    /// Calls a native on a slice of registers.
    macro_rules! native {
        ($function:expr, $first:expr, $argc:expr, $dst:expr) => {{
            save!();
            // SAFETY: the verifier has seen that the arguments lie in the frame. Natives cannot reach the register
            // stack but through this slice, and nothing moves it while they run.
            let args = unsafe { std::slice::from_raw_parts(base.add($first as usize), $argc as usize) };
            let mut cx = Cx { heap: &mut run.vm.heap, state: &mut run.vm.state, host: run.host, fiber: run.fiber };
            let result = $function(&mut cx, args);
            match result {
                Ok(value) => {
                    r!($dst) = value;
                    if run.vm.heap.has_worked() {
                        units -= run.take_spent();
                    }
                }
                Err(_) => go!(run.follow($dst as u16)),
            }
        }};
    }
    /// Calls a closure whose arguments stand in registers from `$first` on.
    macro_rules! call {
        ($callee:expr, $first:expr, $argc:expr, $dst:expr) => {{
            let callee: Value = $callee;
            let argc = $argc as u32;
            if let Some(target) = callee.as_closure() {
                let code = target.proto;
                if code.simple && code.required == argc {
                    save!();
                    let max_frames = run.vm.state.max_frames;
                    let stacks = run.stacks();
                    let depth = stacks.frames.len();
                    // SAFETY: `frame` is the running frame.
                    let new_base = unsafe { (*frame).base } as usize + $first as usize;
                    let needed = new_base + code.registers as usize;
                    if depth == stacks.frames.capacity() || depth >= max_frames || needed > stacks.registers.len() {
                        go!(run.invoke_at(callee, new_base, argc as usize, $dst as u16, false), safepoint);
                    }
                    closure = target;
                    proto = code;
                    pc = proto.words;
                    constants = proto.constants.as_ptr();
                    // SAFETY: there is room for one more frame, and the callee's registers lie in the stack.
                    unsafe {
                        frame = stacks.frames.as_mut_ptr().add(depth);
                        frame.write(Frame {
                            closure: Some(target),
                            pc,
                            base: new_base as u32,
                            dst: $dst as u16,
                            kind: FrameKind::Code,
                        });
                        stacks.frames.set_len(depth + 1);
                        base = stacks.registers.as_mut_ptr().add(new_base);
                    }
                    safepoint!();
                    continue;
                }
                if let Some(twin) = code.twin {
                    native!(twin, $first, argc, $dst);
                    safepoint!();
                    continue;
                }
                if let Some(function) = run.forwarded(target, argc) {
                    // The function's own register is not used any more.
                    r!($first - 1) = target.captures()[0];
                    native!(function, $first - 1, argc + 1, $dst);
                    safepoint!();
                    continue;
                }
            } else if let Some(function) = callee.as_native().and_then(|index| run.vm.state.natives.callable(index)) {
                native!(function, $first, argc, $dst);
                safepoint!();
                continue;
            }
            // SAFETY: `frame` is the running frame.
            let first = unsafe { (*frame).base } as usize + $first as usize;
            go!(run.invoke_at(callee, first, argc as usize, $dst as u16, false), safepoint)
        }};
    }
    /// Calls in the running frame's place.
    macro_rules! tail_call {
        ($callee:expr, $first:expr, $argc:expr) => {{
            let callee: Value = $callee;
            let argc = $argc as usize;
            if let Some(target) = callee.as_closure() {
                let code = target.proto;
                let stacks = run.stacks();
                // SAFETY: `frame` is the running frame.
                let frame_base = unsafe { (*frame).base } as usize;
                if code.simple
                    && code.required as usize == argc
                    && !proto.spills
                    && frame_base + code.registers as usize <= stacks.registers.len()
                {
                    // SAFETY: both ranges lie in the running frame, whose registers the new one takes over.
                    unsafe {
                        std::ptr::copy(base.add($first as usize), base, argc);
                        (*frame).closure = Some(target);
                    }
                    closure = target;
                    proto = code;
                    pc = proto.words;
                    constants = proto.constants.as_ptr();
                    safepoint!();
                    continue;
                }
            }
            // SAFETY: `frame` is the running frame.
            let first = unsafe { (*frame).base } as usize + $first as usize;
            go!(run.invoke_at(callee, first, argc, NO_REGISTER, true), safepoint)
        }};
    }
    /// `dst := lhs op rhs`, fast for two integers and two floats.
    macro_rules! arithmetic {
        ($word:expr, $int:expr, $float:expr, $slow:path) => {{
            let (dst, a, b) = ($word >> 8 & 0xff, r!($word >> 16 & 0xff), r!($word >> 24));
            if a.tag() == Tag::Int && b.tag() == Tag::Int {
                r!(dst) = Value::int($int(a.bits() as i64, b.bits() as i64));
            } else if a.tag() == Tag::Float && b.tag() == Tag::Float {
                r!(dst) = Value::float($float(f64::from_bits(a.bits()), f64::from_bits(b.bits())));
            } else {
                match $slow(a, b) {
                    Ok(value) => r!(dst) = value,
                    Err(error) => go!(run.raise_arithmetic(error, dst as u16)),
                }
            }
        }};
    }
    macro_rules! arithmetic_int {
        ($word:expr, $int:expr, $slow:path) => {{
            let (dst, a, b) = ($word >> 8 & 0xff, r!($word >> 16 & 0xff), i64::from(($word >> 24) as i8));
            if a.tag() == Tag::Int {
                r!(dst) = Value::int($int(a.bits() as i64, b));
            } else {
                match $slow(a, Value::int(b)) {
                    Ok(value) => r!(dst) = value,
                    Err(error) => go!(run.raise_arithmetic(error, dst as u16)),
                }
            }
        }};
    }
    macro_rules! arithmetic_slow {
        ($word:expr, $slow:path) => {{
            let (dst, a, b) = ($word >> 8 & 0xff, r!($word >> 16 & 0xff), r!($word >> 24));
            match $slow(a, b) {
                Ok(value) => r!(dst) = value,
                Err(error) => go!(run.raise_arithmetic(error, dst as u16)),
            }
        }};
    }
    /// A comparison of two values, fast for integers.
    macro_rules! compare {
        ($a:expr, $b:expr, $op:tt, $slow:path, $dst:expr) => {{
            let (a, b): (Value, Value) = ($a, $b);
            if a.tag() == Tag::Int && b.tag() == Tag::Int {
                (a.bits() as i64) $op (b.bits() as i64)
            } else if a.tag() == Tag::Float && b.tag() == Tag::Float {
                f64::from_bits(a.bits()) $op f64::from_bits(b.bits())
            } else {
                match $slow(&run.vm.heap, a, b) {
                    Ok(answer) => answer,
                    Err(error) => go!(run.raise_arithmetic(error, $dst)),
                }
            }
        }};
    }
    macro_rules! equal {
        ($a:expr, $b:expr) => {{
            let (a, b): (Value, Value) = ($a, $b);
            if a.is_identical(b) {
                true
            } else if a.tag() as u64 <= Tag::Int as u64 && b.tag() as u64 <= Tag::Int as u64 {
                false
            } else {
                ops::equal(&run.vm.heap, a, b)
            }
        }};
    }
    macro_rules! compare_to_register {
        ($word:expr, $op:tt, $slow:path) => {{
            let dst = $word >> 8 & 0xff;
            let answer = compare!(r!($word >> 16 & 0xff), r!($word >> 24), $op, $slow, dst as u16);
            r!(dst) = Value::bool(answer);
        }};
    }
    macro_rules! compare_branch {
        ($word:expr, $op:tt, $slow:path) => {{
            let answer = compare!(r!($word >> 8 & 0xff), r!($word >> 16 & 0xff), $op, $slow, BRANCH);
            branch!(answer == ($word >> 24 != 0));
        }};
    }
    macro_rules! compare_branch_int {
        ($word:expr, $op:tt, $slow:path) => {{
            let a = r!($word >> 8 & 0xff);
            let b = i64::from(($word >> 16) as i8);
            let answer = if a.tag() == Tag::Int {
                (a.bits() as i64) $op b
            } else {
                compare!(a, Value::int(b), $op, $slow, BRANCH)
            };
            branch!(answer == ($word >> 24 != 0));
        }};
    }

    load!();
    loop {
        let w = word!();
        // Operands in the first word, by position.
        macro_rules! a {
            () => {
                (w >> 8) & 0xff
            };
        }
        macro_rules! b {
            () => {
                (w >> 16) & 0xff
            };
        }
        macro_rules! c {
            () => {
                w >> 24
            };
        }
        macro_rules! wide {
            () => {
                w >> 16
            };
        }
        match opcode(w) {
            Op::Move => r!(a!()) = r!(b!()),
            Op::LoadNil => r!(a!()) = Value::NIL,
            Op::LoadNils => {
                for i in 0..b!() {
                    r!(a!() + i) = Value::NIL;
                }
            }
            Op::LoadTrue => r!(a!()) = Value::TRUE,
            Op::LoadFalse => r!(a!()) = Value::FALSE,
            Op::LoadInt => r!(a!()) = Value::int(i64::from(wide!() as u16 as i16)),
            Op::LoadConst => r!(a!()) = constant!(wide!()),
            Op::LoadConstWide => {
                let index = word!();
                r!(a!()) = constant!(index);
            }
            Op::LoadTemplate => {
                let index = word!();
                r!(a!()) = run.template(constant!(index));
            }

            Op::GetGlobal => {
                // SAFETY: the verifier has seen that slots lie below the unit's count, which is the instance's.
                r!(a!()) = unsafe { *closure.instance.slots().as_ptr().add(wide!() as usize) };
            }
            Op::GetGlobalWide => {
                let slot = word!() as usize;
                r!(a!()) = closure.instance.get(&run.vm.heap).slots()[slot];
            }
            Op::SetGlobal => {
                let slot = word!() as usize;
                closure.instance.set(&mut run.vm.heap, slot, r!(a!()));
            }
            Op::GetCapture => {
                // SAFETY: the verifier has seen that capture operands lie below the code's count, which is the closure's.
                r!(a!()) = unsafe { *closure.captures().as_ptr().add(wide!() as usize) };
            }
            Op::GetCaptureCell => {
                // SAFETY: as above.
                let cell = unsafe { *closure.captures().as_ptr().add(wide!() as usize) };
                if let Some(cell) = cell.as_cell() {
                    r!(a!()) = cell.value(&run.vm.heap);
                }
            }
            Op::SetCaptureCell => {
                // SAFETY: as above.
                let cell = unsafe { *closure.captures().as_ptr().add(wide!() as usize) };
                if let Some(cell) = cell.as_cell() {
                    cell.set(&mut run.vm.heap, r!(a!()));
                }
            }
            Op::GetSelf => r!(a!()) = closure.into(),
            Op::NewCell => r!(a!()) = run.vm.heap.new_cell(r!(b!())).into(),
            Op::GetCell => {
                if let Some(cell) = r!(b!()).as_cell() {
                    r!(a!()) = cell.value(&run.vm.heap);
                }
            }
            Op::SetCell => {
                if let Some(cell) = r!(a!()).as_cell() {
                    cell.set(&mut run.vm.heap, r!(b!()));
                }
            }
            Op::NewClosure => {
                let index = word!();
                let code = link::proto(&mut run.vm.heap, &mut run.vm.state, proto.linked, index);
                r!(a!()) = run.new_closure(code, closure, base).into();
            }
            Op::EnterSpill => {
                let count = word!();
                go!(run.enter_spill(count))
            }
            Op::GetSpill => {
                let slot = word!() as usize;
                // SAFETY: the verifier has seen that spill slots lie below the count of EnterSpill, which made room for them below the frame.
                r!(a!()) = unsafe { *base.sub(slot + 1) };
            }
            Op::SetSpill => {
                let slot = word!() as usize;
                let value = r!(a!());
                // SAFETY: as above.
                unsafe { *base.sub(slot + 1) = value };
            }

            Op::Add => arithmetic!(w, i64::wrapping_add, |x: f64, y: f64| x + y, arith::add),
            Op::Sub => arithmetic!(w, i64::wrapping_sub, |x: f64, y: f64| x - y, arith::sub),
            Op::Mul => arithmetic!(w, i64::wrapping_mul, |x: f64, y: f64| x * y, arith::mul),
            Op::Div => arithmetic_slow!(w, arith::div),
            Op::Rem => arithmetic_slow!(w, arith::rem),
            Op::Mod => arithmetic_slow!(w, arith::modulo),
            Op::AddInt => arithmetic_int!(w, i64::wrapping_add, arith::add),
            Op::SubInt => arithmetic_int!(w, i64::wrapping_sub, arith::sub),
            Op::Neg => match arith::neg(r!(b!())) {
                Ok(value) => r!(a!()) = value,
                Err(error) => go!(run.raise_arithmetic(error, a!() as u16)),
            },
            Op::Not => r!(a!()) = Value::bool(!r!(b!()).is_truthy()),
            Op::Eq => r!(a!()) = Value::bool(equal!(r!(b!()), r!(c!()))),
            Op::Lt => compare_to_register!(w, <, arith::lt),
            Op::Le => compare_to_register!(w, <=, arith::le),
            Op::Gt => compare_to_register!(w, >, arith::gt),
            Op::Ge => compare_to_register!(w, >=, arith::ge),

            Op::Jump => branch!(true),
            Op::Loop => {
                branch!(true);
                safepoint!();
            }
            Op::JumpIf => branch!(r!(a!()).is_truthy()),
            Op::JumpIfNot => branch!(!r!(a!()).is_truthy()),
            Op::JumpIfNil => branch!(r!(a!()).is_nil()),
            Op::JumpIfNotNil => branch!(!r!(a!()).is_nil()),
            Op::JumpEq => branch!(equal!(r!(a!()), r!(b!())) == (c!() != 0)),
            Op::JumpLt => compare_branch!(w, <, arith::lt),
            Op::JumpLe => compare_branch!(w, <=, arith::le),
            Op::JumpGt => compare_branch!(w, >, arith::gt),
            Op::JumpGe => compare_branch!(w, >=, arith::ge),
            Op::JumpEqInt => {
                let lhs = r!(a!());
                let rhs = i64::from(b!() as u8 as i8);
                let answer = match lhs.as_int() {
                    Some(i) => i == rhs,
                    None => lhs.as_float().is_some_and(|f| f == rhs as f64),
                };
                branch!(answer == (c!() != 0));
            }
            Op::JumpLtInt => compare_branch_int!(w, <, arith::lt),
            Op::JumpLeInt => compare_branch_int!(w, <=, arith::le),
            Op::JumpGtInt => compare_branch_int!(w, >, arith::gt),
            Op::JumpGeInt => compare_branch_int!(w, >=, arith::ge),
            Op::JumpEqConst => {
                let index = word!();
                branch!(equal!(r!(a!()), constant!(index)) == (b!() != 0));
            }

            Op::Call => call!(r!(b!()), b!() + 1, c!(), a!()),
            Op::TailCall => tail_call!(r!(a!()), a!() + 1, b!()),
            Op::CallGlobal => {
                let slot = word!() as usize;
                // SAFETY: the verifier has seen that slots lie below the unit's count, which is the instance's.
                let callee = unsafe { *closure.instance.slots().as_ptr().add(slot) };
                call!(callee, b!() + 1, c!(), a!())
            }
            Op::TailCallGlobal => {
                let slot = word!() as usize;
                // SAFETY: as above.
                let callee = unsafe { *closure.instance.slots().as_ptr().add(slot) };
                tail_call!(callee, a!() + 1, b!())
            }
            Op::CallNative => {
                let callee = constant!(word!());
                match callee.as_native().and_then(|index| run.vm.state.natives.callable(index)) {
                    Some(function) => native!(function, b!(), c!(), a!()),
                    None => {
                        // SAFETY: `frame` is the running frame.
                        let first = unsafe { (*frame).base } as usize + b!() as usize;
                        go!(run.invoke_at(callee, first, c!() as usize, a!() as u16, false), safepoint)
                    }
                }
            }
            Op::CallSpread => {
                let (callee, args) = (r!(b!()), r!(c!()));
                go!(run.invoke_spread(callee, args, a!() as u16, false), safepoint)
            }
            Op::TailCallSpread => {
                let (callee, args) = (r!(a!()), r!(b!()));
                go!(run.invoke_spread(callee, args, NO_REGISTER, true), safepoint)
            }
            Op::Return => {
                let value = r!(a!());
                let stacks = run.stacks();
                let depth = stacks.frames.len();
                // SAFETY: the running frame is the top one; the one below, if it is code, has its registers in the stack.
                unsafe {
                    let dst = (*frame).dst;
                    if depth > 1 && (*frame.sub(1)).kind == FrameKind::Code {
                        stacks.frames.set_len(depth - 1);
                        frame = frame.sub(1);
                        closure = (*frame).closure.unwrap_unchecked();
                        proto = closure.proto;
                        pc = (*frame).pc;
                        base = stacks.registers.as_mut_ptr().add((*frame).base as usize);
                        constants = proto.constants.as_ptr();
                        r!(dst) = value;
                        continue;
                    }
                }
                go!(run.return_value(value))
            }

            Op::NewArray => {
                // SAFETY: the verifier has seen that the range lies in the frame.
                let items = unsafe { std::slice::from_raw_parts(base.add(b!() as usize), c!() as usize) };
                r!(a!()) = run.vm.heap.new_array(items).into();
            }
            Op::NewMArray => {
                // SAFETY: as above.
                let items = unsafe { std::slice::from_raw_parts(base.add(b!() as usize), c!() as usize) };
                r!(a!()) = run.vm.heap.new_marray(items.to_vec()).into();
            }
            Op::BuildPush => {
                // SAFETY: as above.
                let items = unsafe { std::slice::from_raw_parts(base.add(b!() as usize), c!() as usize) };
                run.build_push(r!(a!()), items);
            }
            Op::BuildSplice => {
                let (builder, seq) = (r!(a!()), r!(b!()));
                if let Err(problem) = run.build_splice(builder, seq) {
                    go!(run.raise_type_error(&problem, NO_REGISTER))
                }
            }
            Op::BuildArray => r!(a!()) = run.build_array(r!(b!())),
            Op::BuildList => r!(a!()) = run.build_list(r!(b!())),

            Op::Get => {
                let (coll, key) = (r!(b!()), r!(c!()));
                match fast_get(run, coll, key) {
                    Some(value) => r!(a!()) = value,
                    None => {
                        save!();
                        let result = run.slow_get(coll, key);
                        settle!(result, a!());
                    }
                }
            }
            Op::GetField => {
                let key = constant!(word!());
                let coll = r!(b!());
                match coll.as_object::<Struct>() {
                    Some(table) if table.has_many() && key.as_keyword().is_some() => {
                        r!(a!()) = run.vm.state.fields.get(table, key);
                    }
                    Some(table) => r!(a!()) = (*table).get(key).unwrap_or_default(),
                    None => {
                        save!();
                        let result = run.slow_get(coll, key);
                        settle!(result, a!());
                    }
                }
            }
            Op::First => {
                let src = r!(b!());
                match src.as_pair() {
                    Some(pair) => r!(a!()) = pair.first,
                    None => {
                        save!();
                        let result = run.slow_native("first", &[src]);
                        settle!(result, a!());
                    }
                }
            }
            Op::Rest => {
                let src = r!(b!());
                match src.as_pair() {
                    Some(pair) => r!(a!()) = pair.rest,
                    None => {
                        save!();
                        let result = run.slow_native("rest", &[src]);
                        settle!(result, a!());
                    }
                }
            }
            Op::Length => {
                let src = r!(b!());
                if let Some(array) = src.as_array() {
                    r!(a!()) = Value::int(array.items().len() as i64);
                } else if let Some(array) = src.as_marray() {
                    r!(a!()) = Value::int(array.get(&run.vm.heap).items().len() as i64);
                } else {
                    save!();
                    let result = run.slow_native("length", &[src]);
                    settle!(result, a!());
                }
            }

            Op::TestKind => branch!(!run.is_pattern_kind(r!(a!()), b!() as u8, false)),
            Op::TestArray => {
                let count = word!() as usize;
                branch!(!run.is_pattern_array(r!(a!()), b!(), count));
            }
            Op::PairFirst => r!(a!()) = r!(b!()).as_pair().map_or(Value::NIL, |p| p.first),
            Op::PairRest => r!(a!()) = r!(b!()).as_pair().map_or(Value::NIL, |p| p.rest),
            Op::ItemAt => {
                let index = word!() as usize;
                r!(a!()) = run.item_at(r!(b!()), index).unwrap_or_default();
            }
            Op::ItemsFrom => {
                let from = word!() as usize;
                r!(a!()) = run.items_from(r!(b!()), from);
            }
            Op::FieldOrNil => {
                let key = constant!(word!());
                r!(a!()) = run.field(r!(b!()), key).flatten().unwrap_or_default();
            }
            Op::FieldsExcept => {
                let keys = constant!(word!());
                r!(a!()) = run.fields_except(r!(b!()), keys);
            }

            Op::DestructureKind => {
                if let Err(problem) = run.destructure_kind(r!(a!()), b!() as u8) {
                    go!(run.raise_type_error(&problem, NO_REGISTER))
                }
            }
            Op::DestructureItem => {
                let index = word!() as usize;
                match run.destructure_item(r!(b!()), index) {
                    Ok(value) => r!(a!()) = value,
                    Err(_) if c!() != 0 => r!(a!()) = Value::NIL,
                    Err(problem) => go!(run.raise_type_error(&problem, a!() as u16)),
                }
            }
            Op::DestructureItems => {
                let from = word!() as usize;
                match run.destructure_items(r!(b!()), from) {
                    Ok(value) => r!(a!()) = value,
                    Err(_) if c!() != 0 => r!(a!()) = Value::NIL,
                    Err(problem) => go!(run.raise_type_error(&problem, a!() as u16)),
                }
            }
            Op::DestructureFirst | Op::DestructureRest => match run.destructure_pair(r!(b!())) {
                Ok(pair) => r!(a!()) = if opcode(w) == Op::DestructureFirst { pair.first } else { pair.rest },
                Err(_) if c!() != 0 => r!(a!()) = Value::NIL,
                Err(problem) => go!(run.raise_type_error(&problem, a!() as u16)),
            },
            Op::DestructureField => {
                let key = constant!(word!());
                match run.destructure_field(r!(b!()), key) {
                    Ok(value) => r!(a!()) = value,
                    Err(_) if c!() != 0 => r!(a!()) = Value::NIL,
                    Err(problem) => go!(run.raise_type_error(&problem, a!() as u16)),
                }
            }
            Op::DestructureFields => {
                let keys = constant!(word!());
                match run.destructure_fields(r!(b!()), keys) {
                    Ok(value) => r!(a!()) = value,
                    Err(_) if c!() != 0 => r!(a!()) = Value::NIL,
                    Err(problem) => go!(run.raise_type_error(&problem, a!() as u16)),
                }
            }

            Op::EachInit => {
                let coll = r!(b!());
                save!();
                let result = run.each_init(coll);
                match result {
                    Ok([sequence, index, length]) => {
                        r!(a!()) = sequence;
                        r!(a!() + 1) = index;
                        r!(a!() + 2) = length;
                    }
                    Err(_) => {
                        // Should the error be resumed, there is nothing to go through.
                        r!(a!()) = Value::EMPTY_LIST;
                        go!(run.follow(NO_REGISTER))
                    }
                }
            }
            Op::EachNext => {
                let distance = word!() as i32;
                let sequence = r!(b!());
                let next = match sequence.tag() {
                    Tag::Pair => {
                        let pair = sequence.as_pair();
                        r!(b!()) = pair.map_or(Value::EMPTY_LIST, |p| p.rest);
                        pair.map(|p| p.first)
                    }
                    Tag::Array | Tag::MArray | Tag::Bytes | Tag::MBytes => {
                        let (index, length) = (r!(b!() + 1), r!(b!() + 2));
                        if (index.bits() as i64) < length.bits() as i64 {
                            r!(b!() + 1) = Value::int(index.bits() as i64 + 1);
                            Some(run.each_item(sequence, index.bits() as usize))
                        } else {
                            None
                        }
                    }
                    Tag::Fiber => go!(run.each_resume(sequence, a!() as u16)),
                    _ => None,
                };
                match next {
                    Some(value) => {
                        r!(a!()) = value;
                        // SAFETY: the verifier has seen that EachCheck follows; its two words are skipped.
                        pc = unsafe { pc.add(Op::EachCheck.words()) };
                    }
                    // SAFETY: the verifier has seen that jumps lead to instructions of the same code.
                    None => pc = unsafe { pc.offset(distance as isize) },
                }
            }
            Op::EachCheck => branch!(!r!(a!()).is_truthy() || run.each_ended(r!(b!()))),

            Op::PushHandler => {
                let distance = word!() as i32;
                // SAFETY: the verifier has seen that jumps lead to instructions of the same code.
                let target = unsafe { pc.offset(distance as isize) };
                run.push_handler(a!() as u8, target);
            }
            Op::PopHandler => {
                run.stacks().handlers.pop();
            }
            Op::Emit => {
                let bits = u64::from(word!());
                let value = r!(b!());
                go!(run.emit_from_code(bits, value, a!() as u16))
            }
            Op::Reraise => {
                let value = r!(b!());
                go!(run.reraise(value, a!() as u16))
            }
            Op::BindParameters => {
                // SAFETY: the verifier has seen that the pairs lie in the frame.
                let pairs = unsafe { std::slice::from_raw_parts(base.add(b!() as usize), 2 * c!() as usize) };
                let saved = run.stacks().bindings;
                let result = run.bind_parameters(pairs);
                r!(a!()) = saved;
                if let Err(problem) = result {
                    go!(run.raise_type_error(&problem, NO_REGISTER))
                }
            }
            Op::RestoreParameters => {
                let saved = r!(a!());
                run.stacks().bindings = saved;
            }
        }
    }
}

/// The common cases of `get`: an array by a good index, a struct by a keyword.
#[inline(always)]
fn fast_get(run: &Run<'_>, coll: Value, key: Value) -> Option<Value> {
    match coll.tag() {
        Tag::Array => coll.as_object::<Array>()?.items().get(usize::try_from(key.as_int()?).ok()?).copied(),
        Tag::MArray => {
            coll.as_object::<MArray>()?.get(&run.vm.heap).items().get(usize::try_from(key.as_int()?).ok()?).copied()
        }
        Tag::Struct if key.tag() == Tag::Keyword => {
            let table = coll.as_object::<Struct>()?;
            (*table).get(key)
        }
        _ => None,
    }
}
