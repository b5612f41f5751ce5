//! Natives whose work takes long: they do it in steps, and keep what is left of it in an external thing between them.

use std::any::Any;

use crate::flow::ThenFn;
use crate::object::External;
use crate::typed::Thing;
use crate::{Cx, Escape, Value};

/// Pauses; `then` gets the place of the work, from which [`take_back`] takes it. `place` is that of the step before.
pub(crate) fn pause<T: External>(cx: &mut Cx<'_>, work: T, place: Option<Value>, then: ThenFn) -> Escape {
    let place = match place.and_then(|place| place.as_external()) {
        Some(place) => {
            place.get_mut(cx.heap).thing = Thing::new(Box::new(work));
            place
        }
        None => cx.heap.new_external(Box::new(work)),
    };
    cx.pause(then, place.into())
}

/// Takes work back for its next step.
pub(crate) fn take_back<T: External>(cx: &mut Cx<'_>, place: Value) -> Option<T> {
    let place = &mut place.as_external()?.get_mut(cx.heap).thing;
    let work = std::mem::replace(place, Thing::new(Box::new(Nothing))).into_box();
    let work: Box<dyn Any> = work;
    work.downcast().ok().map(|work| *work)
}

/// Stands where work was taken from.
#[derive(Debug)]
struct Nothing;

impl External for Nothing {
    fn type_name(&self) -> &'static str {
        "nothing"
    }
    fn display(&self) -> String {
        "#<nothing>".to_owned()
    }
}
