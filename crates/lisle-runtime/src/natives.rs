//! Natives that need the scheduler or the world. One file a group.

pub mod chan;
pub mod clock;
pub(crate) mod errors;
pub mod ev;
pub mod files;
pub mod groups;
pub mod net;
pub mod observe;
mod options;
pub mod ports;
pub mod process;
pub mod queues;
pub mod sync;
pub mod system;
pub mod testing;
pub mod threads;
pub mod waiters;
pub mod watch;

use lisle_vm::args::Text;
use lisle_vm::{Cx, Escape, Value, Vm};

use crate::scheduler::{How, Scheduler};

/// Adds everything that this crate defines for programs.
pub fn install(vm: &mut Vm) {
    vm.add_natives(observe::NATIVES);
    vm.add_natives(testing::NATIVES);
    vm.add_natives(waiters::NATIVES);
    vm.add_natives(groups::NATIVES);
    vm.add_natives(chan::NATIVES);
    vm.add_natives(sync::NATIVES);
    vm.add_natives(queues::NATIVES);
    vm.add_natives(threads::NATIVES);
    vm.add_natives(net::NATIVES);
    vm.add_natives(process::NATIVES);
    vm.add_natives(watch::NATIVES);
    vm.add_natives(crate::process::natives::NATIVES);
    for group in [clock::NATIVES, ev::NATIVES, files::NATIVES, ports::NATIVES, system::NATIVES] {
        vm.add_natives(group);
    }
    crate::ports::define_parameters(vm);
    ev::define_parameters(vm);
}

/// The scheduler, or an error where there is none: while a macro runs.
fn scheduler<'a>(cx: &'a mut Cx<'_>, name: &str) -> Result<&'a mut Scheduler, Escape> {
    if cx.host_as::<Scheduler>().is_none() {
        return Err(cx.error("state-error", format!("{name}: not available while a macro runs")));
    }
    Ok(cx.host_as::<Scheduler>().expect("just seen"))
}

/// Has the scheduler answer at once.
fn with_scheduler(
    cx: &mut Cx<'_>,
    name: &str,
    action: impl FnOnce(&mut Scheduler, &mut lisle_vm::Heap) -> How,
) -> Result<Value, Escape> {
    let Some(scheduler) = cx.host.downcast::<Scheduler>() else {
        return Err(cx.error("state-error", format!("{name}: not available while a macro runs")));
    };
    let how = action(scheduler, cx.heap);
    answer(cx, how)
}

/// An answer as a native gives it.
fn answer(cx: &mut Cx<'_>, how: How) -> Result<Value, Escape> {
    match how {
        How::Value(value) => Ok(value),
        How::Error(error) | How::Passed(error) => Err(cx.raise(error)),
    }
}

/// The text of a path or another string.
fn path_text(cx: &Cx<'_>, text: Text) -> String {
    match text {
        Text::Str(text) => text.as_str().to_owned(),
        Text::MStr(text) => String::from_utf8_lossy(text.get(cx.heap).bytes()).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use lisle_engine::outside;

    #[test]
    fn the_library_is_told_only_of_natives_that_there_are() {
        let mut vm = lisle_vm::Vm::new();
        super::install(&mut vm);
        let known: BTreeSet<&str> = vm.predefined_names().into_iter().map(|n| n.name()).collect();
        let told: BTreeSet<&str> = outside::NAMES.iter().chain(outside::VALUES).copied().collect();
        assert_eq!(told.difference(&known).collect::<Vec<_>>(), Vec::<&&str>::new());
    }
}
