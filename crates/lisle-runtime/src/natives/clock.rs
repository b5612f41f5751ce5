//! Clocks.

pub use clock::NATIVES;

#[allow(clippy::module_inception, reason = "the inner name is the group that help shows")]
#[lisle_macros::primitives(crate = lisle_vm)]
mod clock {
    use lisle_vm::{Cx, Escape, Value};

    use crate::natives::scheduler;

    fn seconds(ns: u64) -> f64 {
        ns as f64 / 1e9
    }

    /// Seconds since the start of the program, by a clock that never goes back.
    ///
    /// (float? (clock/monotonic))  # => true
    #[primitive(name = "clock/monotonic")]
    fn monotonic(cx: &mut Cx<'_>) -> Result<f64, Escape> {
        Ok(seconds(scheduler(cx, "clock/monotonic")?.world.now_ns()))
    }

    /// Seconds since the start of 1970 in UTC.
    ///
    /// (< 1700000000 (clock/realtime))  # => true
    #[primitive(name = "clock/realtime")]
    fn realtime(cx: &mut Cx<'_>) -> Result<f64, Escape> {
        Ok(seconds(scheduler(cx, "clock/realtime")?.world.realtime_ns()))
    }

    /// Seconds of processor time that the program has used.
    ///
    /// (float? (clock/cpu))  # => true
    #[primitive(name = "clock/cpu")]
    fn cpu(cx: &mut Cx<'_>) -> Result<f64, Escape> {
        Ok(seconds(scheduler(cx, "clock/cpu")?.world.cpu_ns()))
    }

    /// Stops the whole program for so many seconds. `ev/sleep` lets other fibers run meanwhile.
    ///
    /// (time/sleep 0)  # => nil
    #[primitive(name = "time/sleep", signals(error))]
    fn sleep(cx: &mut Cx<'_>, seconds: f64) -> Result<Value, Escape> {
        if !seconds.is_finite() || seconds < 0.0 {
            return Err(cx.argument_error("time/sleep", "seconds must be non-negative and finite"));
        }
        let scheduler = scheduler(cx, "time/sleep")?;
        // A failure to write comes up again at the next write.
        let _ = scheduler.output.flush(&mut *scheduler.world);
        let deadline = scheduler.world.now_ns().saturating_add((seconds * 1e9).ceil() as u64);
        // Signals end waits early. An interruption is for the run loop; all else can wait.
        while scheduler.world.now_ns() < deadline && !scheduler.world.asked().interrupt {
            scheduler.world.wait_until(deadline);
        }
        Ok(Value::NIL)
    }
}
