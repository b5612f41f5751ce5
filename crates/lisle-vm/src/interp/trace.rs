//! Where things happened: stack traces.
//!
//! An error that nobody handles leaves its frames standing, so the trace is read off them. One that a
//! `defer` sees on its way loses them; for that the trace of the last error raised is kept, and used if just
//! that error comes out at the end.

use lisle_syntax::{SourceMap, Span};

use crate::fiber::{Fiber, Frame};
use crate::gc::Gc;
use crate::heap::{Heap, Tracer};
use crate::interp::Run;
use crate::object::Proto;
use crate::value::Value;
use crate::vm::Vm;

/// Entries kept of a trace; the middle of a deep recursion tells nothing.
const LONGEST: usize = 32;

/// One line of a trace.
#[derive(Clone, Debug)]
pub struct TraceEntry {
    /// The function's name.
    pub name: String,
    /// Where in it.
    pub span: Span,
    /// The sources that the span points into.
    pub sources: SourceMap,
}

impl TraceEntry {
    fn new(proto: Gc<Proto>, pc: u32) -> TraceEntry {
        let span = proto.code().span_at(pc);
        TraceEntry { name: proto.name().to_owned(), span, sources: proto.unit.sources.clone() }
    }

    /// `file:line:column`, if known.
    pub fn place(&self) -> Option<String> {
        self.sources.describe(self.span)
    }
}

/// Code and word offset of a frame's running instruction; `None` for a native's continuation.
pub(super) fn place(frame: &Frame) -> Option<(Gc<Proto>, u32)> {
    let proto = frame.closure?.proto;
    let offset = (frame.pc.addr() - proto.words.addr()) / size_of::<u32>();
    Some((proto, (offset as u32).saturating_sub(1)))
}

/// Code and word offset of each frame of a fiber and of the frozen or waiting fibers around it, innermost first.
fn frames(heap: &Heap, fiber: Gc<Fiber>, limit: usize) -> Vec<(Gc<Proto>, u32)> {
    let mut found = Vec::new();
    let mut next = Some(fiber);
    while let Some(fiber) = next {
        let body = fiber.get(heap);
        for place in body.stacks().frames.iter().rev().filter_map(place) {
            if found.len() == limit {
                return found;
            }
            found.push(place);
        }
        next = body.parent;
    }
    found
}

/// Failures that are kept. They are asked for by whoever waited for the fiber, as a rule at once.
const FAILURES_MAX: usize = 8;

/// Where an error was raised.
#[derive(Clone, Debug, Default)]
pub(crate) struct Raise {
    pub(crate) error: Value,
    trace: Vec<(Gc<Proto>, u32)>,
    /// The root of the chain of fibers in which it was raised. Just to be compared: it may be gone.
    root: usize,
    /// Where that was made.
    site: Option<(Gc<Proto>, u32)>,
}

impl Raise {
    fn is_of(&self, error: Value) -> bool {
        self.root != 0 && self.error.is_identical(error)
    }

    /// Reports what it holds.
    pub(crate) fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.value(self.error);
        for (proto, _) in self.trace.iter().chain(&self.site) {
            tracer.object(*proto);
        }
    }
}

impl Run<'_> {
    /// Remembers where an error was raised.
    pub(super) fn keep_trace(&mut self, error: Value) {
        let trace = frames(&self.vm.heap, self.fiber, LONGEST);
        let heap = &self.vm.heap;
        let chain = std::iter::successors(Some(self.fiber), |fiber| fiber.get(heap).parent);
        let root = chain.last().unwrap_or(self.fiber);
        let site = root.get(heap).spawn_site();
        self.vm.state.last_raise = Raise { error, trace, root: root.as_ptr().addr(), site };
    }

    /// Remembers where an error was raised that has ended another fiber since; false if that is forgotten.
    pub(super) fn recall(&mut self, error: Value) -> bool {
        let state = &mut self.vm.state;
        if state.last_raise.is_of(error) {
            return true;
        }
        let Some(failure) = state.failures.iter().rev().find(|failure| failure.is_of(error)) else { return false };
        state.last_raise = failure.clone();
        true
    }
}

impl Vm {
    /// Where a suspended fiber stands, innermost function first: of the fiber of its chain that emitted the signal.
    pub fn trace(&self, fiber: Gc<Fiber>) -> Vec<TraceEntry> {
        let mut innermost = fiber;
        while let Some(child) = innermost.frozen_child(&self.heap) {
            innermost = child;
        }
        entries(frames(&self.heap, innermost, LONGEST))
    }

    /// Where an error that ended a fiber was first raised.
    pub fn error_trace(&self, fiber: Gc<Fiber>, error: Value) -> Vec<TraceEntry> {
        match self.raise_of(error) {
            Some(raise) if !raise.trace.is_empty() => entries(raise.trace.clone()),
            _ => self.trace(fiber),
        }
    }

    /// If the error was raised in a chain of fibers with another root, and that is still known: where that root was made.
    pub fn raised_elsewhere(&self, fiber: Gc<Fiber>, error: Value) -> Option<TraceEntry> {
        let raise = self.raise_of(error).filter(|raise| raise.root != fiber.as_ptr().addr())?;
        raise.site.map(|(proto, pc)| TraceEntry::new(proto, pc))
    }

    fn raise_of(&self, error: Value) -> Option<&Raise> {
        Some(&self.state.last_raise).filter(|raise| raise.is_of(error))
    }

    /// The error just raised has ended a fiber: whoever raises it again may want to know where it came from.
    pub fn keep_failure(&mut self, error: Value) {
        let state = &mut self.state;
        if state.last_raise.is_of(error) {
            if state.failures.len() == FAILURES_MAX {
                state.failures.pop_front();
            }
            state.failures.push_back(state.last_raise.clone());
        }
    }

    /// Where a fiber was made.
    pub fn spawn_site(&self, fiber: Gc<Fiber>) -> Option<TraceEntry> {
        spawn_site(&self.heap, fiber)
    }
}

/// Where a fiber was made.
pub fn spawn_site(heap: &Heap, fiber: Gc<Fiber>) -> Option<TraceEntry> {
    fiber.get(heap).spawn_site().map(|(proto, pc)| TraceEntry::new(proto, pc))
}

fn entries(frames: Vec<(Gc<Proto>, u32)>) -> Vec<TraceEntry> {
    frames.into_iter().map(|(proto, pc)| TraceEntry::new(proto, pc)).collect()
}

/// The place that calls into the library of which a native is called: the innermost frame of another unit than that
/// of the top frame.
pub(crate) fn outer_call_site(heap: &Heap, fiber: Gc<Fiber>) -> Option<(Gc<Proto>, u32)> {
    let frames = &fiber.get(heap).stacks().frames;
    let top = frames.last().and_then(place)?;
    let outside = frames.iter().rev().filter_map(place).find(|(proto, _)| proto.linked != top.0.linked);
    outside.or(Some(top))
}

/// The place in the code that a native is called from: where a fiber is made.
pub(crate) fn call_site(heap: &Heap, fiber: Gc<Fiber>) -> Option<(Gc<Proto>, u32)> {
    // The frame that called the native is the top one.
    place(fiber.get(heap).stacks().frames.last()?)
}

/// A place in running code, to be described if need be.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    proto: Gc<Proto>,
    offset: u32,
}

impl Place {
    /// Reports what it holds.
    pub fn trace(&self, tracer: &mut Tracer<'_>) {
        tracer.object(self.proto);
    }

    /// `file:line:column`, if known.
    pub fn describe(&self) -> Option<String> {
        TraceEntry::new(self.proto, self.offset).place()
    }
}

/// Where a running or suspended fiber stands, seen from outside of the module in which it stands: the innermost frame
/// of another unit than that of the top frame. For what library modules do on behalf of a program.
pub fn outer_place(heap: &Heap, fiber: Gc<Fiber>) -> Option<Place> {
    let mut innermost = fiber;
    while let Some(child) = innermost.frozen_child(heap) {
        innermost = child;
    }
    let frames = &innermost.get(heap).stacks().frames;
    let unit = frames.last().and_then(place)?.0.linked;
    let outside = frames.iter().rev().filter_map(place).find(|(proto, _)| proto.linked != unit);
    let (proto, offset) = outside.or_else(|| frames.last().and_then(place))?;
    Some(Place { proto, offset })
}

/// True when a suspended fiber stands in a text whose name begins with one of those.
pub fn stands_in(heap: &Heap, fiber: Gc<Fiber>, texts: &[&str]) -> bool {
    let mut innermost = fiber;
    while let Some(child) = innermost.frozen_child(heap) {
        innermost = child;
    }
    let top = innermost.get(heap).stacks().frames.last().and_then(place);
    let place = top.and_then(|(proto, offset)| TraceEntry::new(proto, offset).place());
    place.is_some_and(|place| texts.iter().any(|text| place.starts_with(text)))
}
