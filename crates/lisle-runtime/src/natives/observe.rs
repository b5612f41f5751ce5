//! Looking at the fibers of the scheduler.

pub use observe::NATIVES;

#[allow(clippy::module_inception, reason = "the inner name is the group that help shows")]
#[lisle_macros::primitives(crate = lisle_vm)]
mod observe {
    use lisle_vm::{Cx, Escape, Value, interp};

    use crate::natives::scheduler;
    use crate::scheduler::Scheduler;

    /// What the scheduler holds, as a struct of numbers: `:fibers` that have not ended, `:timers`, `:memberships` in groups,
    /// `:futexes` in which somebody waits, `:shields`, `:operations` of input and output that somebody waits for.
    ///
    /// (get (%census) :fibers)  # => 1
    #[primitive(name = "%census", signals(error))]
    fn census(cx: &mut Cx<'_>) -> Result<Value, Escape> {
        let fields = match cx.host.downcast::<Scheduler>() {
            Some(scheduler) => scheduler.census(cx.heap),
            None => Vec::new(),
        };
        let entries = fields.into_iter().map(|(name, n)| (Value::keyword_named(name), Value::int(n as i64))).collect();
        Ok(cx.heap.new_struct(entries).into())
    }

    /// The fibers of the scheduler that have not ended, in order of spawning, each as a struct: `:id` (the main
    /// program is 1), `:fiber`, `:state` (`:new`, `:ready`, `:running` or `:waiting`), `:wait` (the operation in which
    /// it waits, or nil), `:waited` and `:age` (in seconds), `:spawned-at` (a place, or nil) and `:parent` (the `:id` of
    /// the fiber that spawned it, or nil).
    ///
    /// (map (fn [f] (get f :state)) (ev/fibers))  # => [:running]
    #[primitive(name = "ev/fibers", signals(error))]
    fn fibers(cx: &mut Cx<'_>) -> Result<Value, Escape> {
        let living = scheduler(cx, "ev/fibers")?.living();
        let seconds = |ns: u64| Value::float(ns as f64 / 1e9);
        let mut structs = Vec::with_capacity(living.len());
        for task in living {
            let place = interp::spawn_site(cx.heap, task.fiber).and_then(|site| site.place());
            let place = place.map_or(Value::NIL, |place| cx.string(&place));
            let parent = if task.parent == 0 { Value::NIL } else { Value::int(task.parent as i64) };
            let fields = [
                ("id", Value::int(task.number as i64)),
                ("fiber", task.fiber.into()),
                ("state", Value::keyword_named(task.state)),
                ("wait", task.wait.map_or(Value::NIL, Value::keyword_named)),
                ("waited", seconds(task.waited_ns)),
                ("age", seconds(task.age_ns)),
                ("spawned-at", place),
                ("parent", parent),
            ];
            let entries = fields.into_iter().map(|(name, value)| (Value::keyword_named(name), value)).collect();
            structs.push(cx.heap.new_struct(entries).into());
        }
        Ok(cx.heap.new_array(&structs).into())
    }
}
