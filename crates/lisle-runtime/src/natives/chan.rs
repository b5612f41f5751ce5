//! Channels.

pub use chan::NATIVES;

#[allow(clippy::module_inception, reason = "the inner name is the group that help shows")]
#[lisle_macros::primitives(crate = lisle_vm)]
mod chan {
    use std::cell::Cell;

    use lisle_syntax::Symbol;
    use lisle_vm::object::External;
    use lisle_vm::vm::State;
    use lisle_vm::{Cx, Escape, Heap, Request, Tag, Value, signal};

    use crate::chan::core::{Core, Grant, Waiter};
    use crate::chan::ends::{Channel, Place, Receiver, Sender, Waiting, end};
    use crate::chan::local::LocalWaiter;
    use crate::chan::shared::{Attempt, Offered};
    use crate::natives::scheduler;
    use crate::request;
    use crate::scheduler::Scheduler;
    use crate::scheduler::queue::new_waiters;

    fn parts<'a>(cx: &'a mut Cx<'_>) -> Result<(&'a mut Heap, &'a mut State, &'a mut Scheduler), Escape> {
        scheduler(cx, "chan")?;
        let scheduler = cx.host.downcast::<Scheduler>().expect("just seen");
        Ok((cx.heap, cx.state, scheduler))
    }

    fn expect<T: External>(cx: &mut Cx<'_>, name: &str, what: &str, value: Value) -> Result<(Channel, bool), Escape>
    where
        for<'a> (Channel, bool): From<&'a T>,
    {
        match end::<T>(cx.heap, value) {
            Some(end) => Ok(end.into()),
            None => Err(cx.type_error(name, what, value)),
        }
    }

    fn sender(cx: &mut Cx<'_>, name: &str, value: Value) -> Result<(Channel, bool), Escape> {
        expect::<Sender>(cx, name, "chan/sender", value)
    }

    fn receiver(cx: &mut Cx<'_>, name: &str, value: Value) -> Result<(Channel, bool), Escape> {
        expect::<Receiver>(cx, name, "chan/receiver", value)
    }

    fn word(cx: &mut Cx<'_>, word: &str) -> Value {
        let word = cx.keyword(word);
        cx.heap.new_array(&[word]).into()
    }

    fn with_value(cx: &mut Cx<'_>, word: &str, value: Value) -> Value {
        let word = cx.keyword(word);
        cx.heap.new_array(&[word, value]).into()
    }

    /// The answer of a native that lets its caller wait: the library's function waits in its place.
    fn wait_by(cx: &mut Cx<'_>, name: &str, args: Vec<Value>) -> Escape {
        match cx.state.link_predefined(cx.heap, Symbol::intern(name)) {
            Some(function) => cx.tail_call(function, args),
            None => cx.error("internal-error", format!("the library has no {name}")),
        }
    }

    fn new_waiter(cx: &mut Cx<'_>) -> LocalWaiter {
        LocalWaiter::new(new_waiters(cx.heap))
    }

    /// The waiter does not wait after all: no notice will come for it.
    fn discard(cx: &mut Cx<'_>, waiter: &LocalWaiter) {
        if let Some(crossing) = waiter.crossing()
            && let Some(scheduler) = cx.host.downcast::<Scheduler>()
        {
            scheduler.post.take_expected(crossing.ticket());
        }
    }

    fn waiting(cx: &mut Cx<'_>, waiter: LocalWaiter, channels: Vec<Channel>) -> Value {
        cx.heap.new_external(Box::new(Waiting { waiter, channels })).into()
    }

    fn capacity(cx: &mut Cx<'_>, name: &str, value: Value) -> Result<usize, Escape> {
        match value.as_int() {
            None => Err(cx.type_error(name, "integer", value)),
            Some(count) => match usize::try_from(count) {
                Ok(count) => Ok(count),
                Err(_) => Err(cx.error("value-error", format!("{name}: capacity must be non-negative, got {count}"))),
            },
        }
    }

    /// A channel: `[sender receiver]`. It queues any number of values, or at most so many; for 0, a value is accepted only
    /// when a receiver waits.
    ///
    /// (let [[tx rx] (chan)] (chan/send tx 1) (chan/recv rx))  # => [:ok 1]
    #[primitive(name = "chan", aliases("chan/new"), signals(error))]
    fn make(cx: &mut Cx<'_>, most: Option<Value>) -> Result<Value, Escape> {
        let most = most.map(|most| capacity(cx, "chan", most)).transpose()?;
        let channel = Channel::new(most);
        let sender = cx.heap.new_external(Box::new(Sender { channel: channel.clone(), open: Cell::new(true) })).into();
        let receiver = cx.heap.new_external(Box::new(Receiver { channel, open: Cell::new(true) })).into();
        Ok(cx.heap.new_array(&[sender, receiver]).into())
    }

    fn offer(
        cx: &mut Cx<'_>,
        channel: &Channel,
        value: Value,
        waiter: Option<&LocalWaiter>,
    ) -> Result<Offered, Escape> {
        let (heap, state, scheduler) = parts(cx)?;
        scheduler.send_in_channel(heap, state, channel, value, waiter).map_err(|error| cx.raise(error))
    }

    fn attempt(
        cx: &mut Cx<'_>,
        channel: &Channel,
        waiter: Option<(&LocalWaiter, u32)>,
    ) -> Result<Attempt<Value>, Escape> {
        let (heap, state, scheduler) = parts(cx)?;
        Ok(scheduler.receive_from_channel(heap, state, channel, waiter))
    }

    /// Sends a value without waiting: `[:ok]`, `[:full]`, or `[:disconnected]` if nobody will receive it.
    ///
    /// (let [[tx rx] (chan 1)] [(chan/send tx 1) (chan/send tx 2)])  # => [[:ok] [:full]]
    #[primitive(name = "chan/send", signals(error))]
    fn send(cx: &mut Cx<'_>, tx: Value, value: Value) -> Result<Value, Escape> {
        let (channel, open) = sender(cx, "chan/send", tx)?;
        if !open {
            return Ok(word(cx, "disconnected"));
        }
        Ok(match offer(cx, &channel, value, None)? {
            Offered::Done => word(cx, "ok"),
            Offered::Waits => word(cx, "full"),
            Offered::Disconnected => word(cx, "disconnected"),
        })
    }

    /// Sends a value, and waits for room if there is none: `[:ok]` or `[:disconnected]`. After `seconds`, if they are
    /// given, `[:timeout]`.
    ///
    /// (let [[tx rx] (chan 1)] [(chan/send-wait tx 1) (chan/send-wait tx 2 0)])  # => [[:ok] [:timeout]]
    #[primitive(name = "chan/send-wait", signals(error, wait))]
    fn send_wait(cx: &mut Cx<'_>, tx: Value, value: Value, seconds: Option<Value>) -> Result<Value, Escape> {
        let (channel, open) = sender(cx, "chan/send-wait", tx)?;
        if !open {
            return Ok(word(cx, "disconnected"));
        }
        let seconds = patience(cx, "chan/send-wait", seconds)?;
        match offer(cx, &channel, value, None)? {
            Offered::Done => return Ok(word(cx, "ok")),
            Offered::Disconnected => return Ok(word(cx, "disconnected")),
            Offered::Waits => {}
        }
        let waiter = new_waiter(cx);
        match offer(cx, &channel, value, Some(&waiter))? {
            // Another thread has made room meanwhile, or closed the channel.
            Offered::Done => {
                discard(cx, &waiter);
                Ok(word(cx, "ok"))
            }
            Offered::Disconnected => {
                discard(cx, &waiter);
                Ok(word(cx, "disconnected"))
            }
            Offered::Waits => {
                let waiting = waiting(cx, waiter, vec![channel]);
                Err(wait_by(cx, "%chan-await-room", vec![waiting, seconds]))
            }
        }
    }

    /// Receives a value without waiting: `[:ok value]`, `[:empty]`, or `[:disconnected]` if nothing is left and nobody
    /// will send anything.
    ///
    /// (let [[tx rx] (chan)] (chan/recv rx))  # => [:empty]
    #[primitive(name = "chan/recv", signals(error))]
    fn recv(cx: &mut Cx<'_>, rx: Value) -> Result<Value, Escape> {
        let (channel, open) = receiver(cx, "chan/recv", rx)?;
        if !open {
            return Ok(word(cx, "disconnected"));
        }
        Ok(match attempt(cx, &channel, None)? {
            Attempt::Value(value) => with_value(cx, "ok", value),
            Attempt::Waits => word(cx, "empty"),
            Attempt::Disconnected => word(cx, "disconnected"),
        })
    }

    /// Receives a value, and waits for one if there is none: `[:ok value]` or `[:disconnected]`. After `seconds`, if they
    /// are given, `[:timeout]`.
    ///
    /// (let [[tx rx] (chan)] (ev/spawn (fn [] (chan/send tx 1))) (chan/recv-wait rx))  # => [:ok 1]
    #[primitive(name = "chan/recv-wait", signals(error, wait))]
    fn recv_wait(cx: &mut Cx<'_>, rx: Value, seconds: Option<Value>) -> Result<Value, Escape> {
        let (channel, open) = receiver(cx, "chan/recv-wait", rx)?;
        if !open {
            return Ok(word(cx, "disconnected"));
        }
        let seconds = patience(cx, "chan/recv-wait", seconds)?;
        match attempt(cx, &channel, None)? {
            Attempt::Value(value) => return Ok(with_value(cx, "ok", value)),
            Attempt::Disconnected => return Ok(word(cx, "disconnected")),
            Attempt::Waits => {}
        }
        let waiter = new_waiter(cx);
        match attempt(cx, &channel, Some((&waiter, 0)))? {
            // Another thread has sent something meanwhile, or closed the channel.
            Attempt::Value(value) => {
                discard(cx, &waiter);
                Ok(with_value(cx, "ok", value))
            }
            Attempt::Disconnected => {
                discard(cx, &waiter);
                Ok(word(cx, "disconnected"))
            }
            Attempt::Waits => {
                let waiting = waiting(cx, waiter, vec![channel]);
                Err(wait_by(cx, "%chan-await-value", vec![waiting, seconds]))
            }
        }
    }

    /// Checks a time to wait; nil waits for ever.
    fn patience(cx: &mut Cx<'_>, name: &str, seconds: Option<Value>) -> Result<Value, Escape> {
        let seconds = seconds.unwrap_or_default();
        match seconds.as_number() {
            None if seconds.is_nil() => Ok(Value::NIL),
            None => Err(cx.type_error(name, "number", seconds)),
            Some(number) if number.is_nan() || number < 0.0 => {
                Err(cx.error("value-error", format!("{name}: the time must be non-negative")))
            }
            Some(_) => Ok(seconds),
        }
    }

    /// Waits for the first value from any of the receivers: `[index value]`. `[:timeout]` after so many milliseconds, if
    /// they are given; `[:disconnected]` if nothing is there and one of them will never receive anything. Receivers that
    /// are ready at once have their turn one after the other.
    ///
    /// (let [[tx rx] (chan) [ty ry] (chan)] (chan/send ty 5) (chan/select [rx ry]))  # => [1 5]
    #[primitive(name = "chan/select", signals(error, wait))]
    fn select(cx: &mut Cx<'_>, receivers: Value, milliseconds: Option<Value>) -> Result<Value, Escape> {
        let Some(items) = elements(cx, receivers) else {
            return Err(cx.type_error("chan/select", "sequence of receivers", receivers));
        };
        let milliseconds = milliseconds.unwrap_or_default();
        let seconds = match milliseconds.as_int() {
            None if milliseconds.is_nil() => Value::NIL,
            None => return Err(cx.type_error("chan/select", "integer", milliseconds)),
            Some(ms) if ms < 0 => return Err(cx.error("value-error", "chan/select: timeout must be non-negative")),
            Some(ms) => Value::float(ms as f64 / 1000.0),
        };
        if items.is_empty() {
            return Err(cx.error("value-error", "chan/select: no receivers"));
        }
        let mut channels = Vec::with_capacity(items.len());
        for item in items {
            let (channel, open) = receiver(cx, "chan/select", item)?;
            if !open {
                return Err(cx.error("state-error", "chan/select: a receiver is closed"));
            }
            channels.push(channel);
        }
        let count = channels.len();
        let (_, _, scheduler) = parts(cx)?;
        let turn = scheduler.post.turn % count;
        scheduler.post.turn = turn + 1;
        let mut disconnected = false;
        for index in (turn..count).chain(0..turn) {
            match attempt(cx, &channels[index], None)? {
                Attempt::Value(value) => return Ok(cx.heap.new_array(&[Value::int(index as i64), value]).into()),
                Attempt::Disconnected => disconnected = true,
                Attempt::Waits => {}
            }
        }
        if disconnected {
            return Ok(word(cx, "disconnected"));
        }
        let waiter = new_waiter(cx);
        // Other threads may have sent something meanwhile, and may already have granted it.
        for index in 0..count {
            match attempt(cx, &channels[index], Some((&waiter, index as u32)))? {
                Attempt::Waits => {}
                Attempt::Value(value) => {
                    let (heap, _, scheduler) = parts(cx)?;
                    scheduler.abandon_channels(heap, &(waiter, channels));
                    return Ok(cx.heap.new_array(&[Value::int(index as i64), value]).into());
                }
                Attempt::Disconnected => {
                    let (heap, _, scheduler) = parts(cx)?;
                    scheduler.abandon_channels(heap, &(waiter, channels));
                    return Ok(word(cx, "disconnected"));
                }
            }
        }
        let waiting = waiting(cx, waiter, channels);
        Err(wait_by(cx, "%chan-await-any", vec![waiting, seconds]))
    }

    fn elements(cx: &Cx<'_>, value: Value) -> Option<Vec<Value>> {
        match value.tag() {
            Tag::Array => value.as_array().map(|a| a.items().to_vec()),
            Tag::MArray => value.as_marray().map(|a| a.get(cx.heap).items().to_vec()),
            Tag::Set => value.as_set().map(|s| s.items()),
            Tag::MSet => value.as_mset().map(|s| s.get(cx.heap).items()),
            Tag::EmptyList => Some(Vec::new()),
            Tag::Pair => {
                let (mut items, mut rest) = (Vec::new(), value);
                while let Some(pair) = rest.as_pair() {
                    items.push(pair.first);
                    rest = pair.rest;
                }
                Some(items)
            }
            _ => None,
        }
    }

    /// Another sender of the same channel.
    ///
    /// (let [[tx rx] (chan)] (chan/close (chan/clone tx)) (chan/recv rx))  # => [:empty]
    #[primitive(name = "chan/clone", signals(error))]
    fn clone(cx: &mut Cx<'_>, tx: Value) -> Result<Value, Escape> {
        let (channel, open) = sender(cx, "chan/clone", tx)?;
        if !open {
            return Err(cx.error("state-error", "chan/clone: the sender is closed"));
        }
        let (heap, _, scheduler) = parts(cx)?;
        scheduler.change_channel(
            heap,
            &channel,
            |core| {
                core.add_sender();
                Vec::new()
            },
            |core| {
                core.add_sender();
                Vec::new()
            },
        );
        Ok(cx.heap.new_external(Box::new(Sender { channel, open: Cell::new(true) })).into())
    }

    /// Closes this sender. After the last one, receivers get what is left, then `[:disconnected]`.
    ///
    /// (let [[tx rx] (chan)] (chan/close tx) (chan/recv rx))  # => [:disconnected]
    #[primitive(name = "chan/close", signals(error))]
    fn close(cx: &mut Cx<'_>, tx: Value) -> Result<Value, Escape> {
        let (channel, open) = sender(cx, "chan/close", tx)?;
        if open {
            end::<Sender>(cx.heap, tx).iter().for_each(|end| end.open.set(false));
            let (heap, _, scheduler) = parts(cx)?;
            scheduler.change_channel(heap, &channel, Core::remove_sender, |core| {
                core.remove_sender();
                Vec::new()
            });
        }
        Ok(Value::NIL)
    }

    /// Closes this receiver. After the last one nothing can be sent, and what was queued is gone.
    ///
    /// (let [[tx rx] (chan)] (chan/close-recv rx) (chan/send tx 1))  # => [:disconnected]
    #[primitive(name = "chan/close-recv", signals(error))]
    fn close_recv(cx: &mut Cx<'_>, rx: Value) -> Result<Value, Escape> {
        let (channel, open) = receiver(cx, "chan/close-recv", rx)?;
        if open {
            end::<Receiver>(cx.heap, rx).iter().for_each(|end| end.open.set(false));
            let (heap, _, scheduler) = parts(cx)?;
            scheduler.change_channel(
                heap,
                &channel,
                |core| core.remove_receiver().0,
                |core| core.remove_receiver().1.into(),
            );
        }
        Ok(Value::NIL)
    }

    /// True while somebody can receive what this sender sends.
    ///
    /// (let [[tx rx] (chan)] (chan/close-recv rx) (chan/open? tx))  # => false
    #[primitive(name = "chan/open?", signals(error))]
    fn is_open(cx: &mut Cx<'_>, tx: Value) -> Result<bool, Escape> {
        let (channel, open) = sender(cx, "chan/open?", tx)?;
        Ok(open
            && !channel.with(|place| match place {
                Place::Local(core) => core.is_disconnected(),
                Place::Shared(crossing) => crossing.with(|core| core.is_disconnected()),
            }))
    }

    fn expect_waiting(cx: &mut Cx<'_>, value: Value) -> Result<(LocalWaiter, Vec<Channel>), Escape> {
        match end::<Waiting>(cx.heap, value) {
            Some(waiting) => Ok(waiting.parts()),
            None => Err(cx.type_error("%chan-outcome", "wait for a channel", value)),
        }
    }

    /// Waits until channels grant something, unless they have already; as `%park` otherwise.
    #[primitive(name = "%chan-park", signals(error, wait))]
    fn park(cx: &mut Cx<'_>, waiting: Value, note: Value, seconds: Value) -> Result<Value, Escape> {
        let waiter = expect_waiting(cx, waiting)?.0;
        if !waiter.waits() || waiter.crossing().is_some_and(|crossing| !crossing.waits()) {
            return Ok(Value::NIL);
        }
        let args = [waiter.queue().into(), note, seconds];
        Err(cx.wait(signal::WAIT, Request { operation: request::PARK, args }))
    }

    /// Ends a wait for channels: `[index value]` if it was granted a value, `:taken` or `:closed` if that is what happened,
    /// nil if nothing did.
    #[primitive(name = "%chan-outcome", signals(error))]
    fn outcome(cx: &mut Cx<'_>, waiting: Value) -> Result<Value, Escape> {
        let (waiter, channels) = expect_waiting(cx, waiting)?;
        let (heap, state, scheduler) = parts(cx)?;
        Ok(match scheduler.leave_channels(heap, state, &waiter, &channels) {
            Some(Grant::Value(number, value)) => cx.heap.new_array(&[Value::int(i64::from(number)), value]).into(),
            Some(Grant::Taken) => cx.keyword("taken"),
            Some(Grant::Closed) => cx.keyword("closed"),
            None => Value::NIL,
        })
    }

    /// Ends a wait for channels that was aborted: what it was granted goes back.
    #[primitive(name = "%chan-give-up", signals(error))]
    fn give_up(cx: &mut Cx<'_>, waiting: Value) -> Result<Value, Escape> {
        let waiting = expect_waiting(cx, waiting)?;
        let (heap, _, scheduler) = parts(cx)?;
        scheduler.abandon_channels(heap, &waiting);
        Ok(Value::NIL)
    }
}
