//! Natives that need the scheduler or the world. One file a group.

pub mod clock;
pub(crate) mod errors;
pub mod ev;
pub mod files;
pub mod observe;
pub mod ports;
pub mod system;
pub mod testing;

use lisle_vm::{Cx, Escape, Vm};

use crate::scheduler::Scheduler;

/// Adds everything that this crate defines for programs.
pub fn install(vm: &mut Vm) {
    vm.add_natives(observe::NATIVES);
    vm.add_natives(testing::NATIVES);
    for group in [clock::NATIVES, ev::NATIVES, files::NATIVES, ports::NATIVES, system::NATIVES] {
        vm.add_natives(group);
    }
    crate::ports::define_parameters(vm);
}

/// The scheduler, or an error where there is none: while a macro runs.
fn scheduler<'a>(cx: &'a mut Cx<'_>, name: &str) -> Result<&'a mut Scheduler, Escape> {
    if cx.host_as::<Scheduler>().is_none() {
        return Err(cx.error("state-error", format!("{name}: not available while a macro runs")));
    }
    Ok(cx.host_as::<Scheduler>().expect("just seen"))
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
