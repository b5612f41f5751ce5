//! Cleanup: whether a fiber runs it because of an error, and which handlers are for it.

use crate::fiber::{Fiber, Frame, FrameKind, Handler, Stacks};
use crate::gc::Gc;
use crate::heap::Heap;
use crate::interp::trace::place;
use crate::value::Tag;

/// True when a fiber, one that it has resumed, or one that has resumed it, is in the cleanup of a `defer` or `with` whose
/// body an error has ended: that error will be raised again after it.
pub fn is_cleaning_up(heap: &Heap, fiber: Gc<Fiber>) -> bool {
    let mut innermost = fiber;
    while let Some(child) = innermost.frozen_child(heap) {
        innermost = child;
    }
    let mut next = Some(innermost);
    while let Some(fiber) = next {
        let body = fiber.get(heap);
        let stacks = body.stacks();
        if stacks.frames.iter().any(|frame| in_cleanup(stacks, frame)) {
            return true;
        }
        next = body.parent;
    }
    false
}

fn in_cleanup(stacks: &Stacks, frame: &Frame) -> bool {
    if frame.kind != FrameKind::Code {
        return false;
    }
    let Some((proto, offset)) = place(frame) else { return false };
    proto.code().cleanups.iter().any(|cleanup| {
        let finished = stacks.registers.get(frame.base as usize + usize::from(cleanup.finished));
        (cleanup.start..cleanup.end).contains(&offset) && finished.is_some_and(|value| value.tag() == Tag::False)
    })
}

/// True when that handler is for the cleanup of a `defer` or `with`, and not for catching errors.
pub(super) fn is_cleanup(stacks: &Stacks, handler: &Handler) -> bool {
    let Some(frame) = (handler.depth as usize).checked_sub(1).and_then(|index| stacks.frames.get(index)) else {
        return false;
    };
    let Some(proto) = frame.closure.map(|closure| closure.proto) else { return false };
    let offset = (handler.pc.addr() - proto.words.addr()) / size_of::<u32>();
    // A handler's first instruction notes that the body has failed; then the cleanup begins.
    proto.code().cleanups.iter().any(|cleanup| cleanup.start as usize == offset + 1)
}

/// True when ending the fiber, or one that waits within it, would run cleanup.
pub fn has_cleanup(heap: &Heap, fiber: Gc<Fiber>) -> bool {
    let mut next = Some(fiber);
    while let Some(fiber) = next {
        let stacks = fiber.get(heap).stacks();
        if stacks.handlers.iter().any(|handler| is_cleanup(stacks, handler)) {
            return true;
        }
        if stacks.frames.iter().any(|frame| in_cleanup(stacks, frame)) {
            return true;
        }
        next = fiber.frozen_child(heap);
    }
    false
}
