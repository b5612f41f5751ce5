//! Watching files.

pub use watch::NATIVES;

#[allow(clippy::module_inception, reason = "the inner name is the group that help shows")]
#[lisle_macros::primitives(crate = lisle_vm)]
mod watch {
    use lisle_vm::args::Text;
    use lisle_vm::{Cx, Escape, Request, Value, signal};

    use crate::natives::options::{self, only_timeout, unknown};
    use crate::natives::{path_text, with_scheduler};
    use crate::ports::{Ask, ask, watch_of};
    use crate::request;

    type Answer = Result<Value, Escape>;

    fn check(cx: &mut Cx<'_>, name: &str, watch: Value) -> Result<(), Escape> {
        match watch_of(cx.heap, watch) {
            Some(_) => Ok(()),
            None => Err(cx.type_error(name, "watch", watch)),
        }
    }

    /// A watch on files, which watches nothing yet: see `watch-add` and `watch-next`.
    ///
    /// (type-of (watch))  # => :watch
    /// (string (watch))  # => "#<watch>"
    #[primitive(name = "watch", signals(error))]
    fn make(cx: &mut Cx<'_>) -> Answer {
        with_scheduler(cx, "watch", |scheduler, heap| scheduler.new_watch(heap))
    }

    /// Watches a path: a directory with everything below it, or with `:recursive false` only what is directly in it; or one
    /// file, also when another gets its name. Gives nil when it is watched. Adding a path again changes its options.
    ///
    /// Abort: if it has not begun, it will not; what has begun is finished.
    ///
    /// (watch-add (watch) "/tmp")  # => nil
    /// (watch-add (watch) "/tmp" {:recursive false})  # => nil
    /// (watch-add (watch) "/no/such/directory")  # raises :io-error
    /// (watch-add (watch) "/tmp" {:colour 1})  # raises :argument-error
    #[primitive(name = "watch-add", signals(error, io, r#yield))]
    fn add(cx: &mut Cx<'_>, watch: Value, path: Text, options: &[Value]) -> Answer {
        check(cx, "watch-add", watch)?;
        let mut recursive = true;
        for (key, value) in options::pairs(cx, "watch-add", options)? {
            match key.name() {
                "recursive" => recursive = options::flag(cx, "watch-add", "recursive", value)?,
                _ => return Err(unknown(cx, "watch-add", key)),
            }
        }
        let path = path_text(cx, path);
        Err(ask(cx, "watch-add", Ask::Watch { watch, path, recursive }))
    }

    /// Waits until something has happened to what is watched, and gives all of it, in its order: an array of structs with
    /// `:kind` and `:path`. `:create`, `:modify` (content or attributes), `:remove`; `:rename` with the old path as `:from`;
    /// `:overflow` with the path that was added: more has happened there than could be kept, so look for yourself. Of several
    /// fibers that wait, each gets what the others do not.
    ///
    /// Abort, `:timeout` (milliseconds): nothing is lost; what has happened is for the next who asks.
    ///
    /// (let [dir (file/temp-dir) w (watch)]
    ///   (watch-add w dir)
    ///   (file/mkdir (path/join dir "new"))
    ///   (= (watch-next w) [{:kind :create :path (path/join dir "new")}]))  # => true
    /// (watch-next (watch) :timeout 0)  # raises :timeout
    /// (watch-next 5)  # raises :type-error
    #[primitive(name = "watch-next", signals(error, io, r#yield))]
    fn next(cx: &mut Cx<'_>, watch: Value, options: &[Value]) -> Answer {
        check(cx, "watch-next", watch)?;
        let timeout = only_timeout(cx, "watch-next", options)?;
        let request = Request { operation: request::CHANGES, args: [watch, Value::NIL, timeout] };
        Err(cx.wait(signal::YIELD | signal::IO, request))
    }

    /// Watches a path no longer, which must be one that was added. What has happened and was not given may be left out.
    ///
    /// (let [w (watch)] (watch-add w "/tmp") (watch-remove w "/tmp"))  # => nil
    /// (watch-remove (watch) "/tmp")  # raises :argument-error
    #[primitive(name = "watch-remove", signals(error))]
    fn remove(cx: &mut Cx<'_>, watch: Value, path: Text) -> Answer {
        let path = path_text(cx, path);
        with_scheduler(cx, "watch-remove", |scheduler, heap| scheduler.remove_from_watch(heap, watch, &path))
    }

    /// Ends a watch. Fibers that wait for it get an error. Closing it again does nothing.
    ///
    /// (watch-close (watch))  # => nil
    /// (let [w (watch)] (watch-close w) (watch-next w))  # raises :io-error
    #[primitive(name = "watch-close", signals(error))]
    fn close(cx: &mut Cx<'_>, watch: Value) -> Answer {
        with_scheduler(cx, "watch-close", |scheduler, heap| scheduler.close_watch(heap, watch))
    }
}
