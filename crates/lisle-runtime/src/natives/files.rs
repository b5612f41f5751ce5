//! Files and paths, as far as they need the file system. The whole program waits meanwhile.

pub use files::NATIVES;

#[allow(clippy::module_inception, reason = "the inner name is the group that help shows")]
#[lisle_macros::primitives(crate = lisle_vm)]
mod files {
    use std::io;

    use lisle_vm::args::Text;
    use lisle_vm::{Cx, Escape, Value};

    use crate::natives::errors::io_error;
    use crate::natives::scheduler;
    use crate::ports::octets;
    use crate::scheduler::Scheduler;

    fn path_text(cx: &Cx<'_>, path: Text) -> String {
        match path {
            Text::Str(text) => text.as_str().to_owned(),
            Text::MStr(text) => String::from_utf8_lossy(&text.get(cx.heap).bytes).into_owned(),
        }
    }

    fn raise(cx: &mut Cx<'_>, name: &str, path: &str, error: &io::Error) -> Escape {
        let error = io_error(cx.heap, name, Some(path), error);
        cx.raise(error)
    }

    fn read_text(cx: &mut Cx<'_>, name: &str, path: Text) -> Result<String, Escape> {
        let path = path_text(cx, path);
        let bytes = scheduler(cx, name)?.world.read(&path).map_err(|error| raise(cx, name, &path, &error))?;
        String::from_utf8(bytes).map_err(|error| {
            let shown = cx.string(&path);
            let message = format!("{name}: {path}: invalid UTF-8: {}", error.utf8_error());
            cx.error_with("encoding-error", message, &[("path", shown)])
        })
    }

    /// The content of a text file.
    #[primitive(name = "file/read", aliases("slurp"), signals(error))]
    fn read(cx: &mut Cx<'_>, path: Text) -> Result<String, Escape> {
        read_text(cx, "file/read", path)
    }

    /// The lines of a text file, as a list.
    #[primitive(name = "file/lines", aliases("read-lines"), signals(error))]
    fn lines(cx: &mut Cx<'_>, path: Text) -> Result<Value, Escape> {
        let text = read_text(cx, "file/lines", path)?;
        let lines: Vec<Value> = text.lines().map(|line| cx.string(line)).collect();
        Ok(cx.heap.new_list(&lines))
    }

    fn put(cx: &mut Cx<'_>, name: &str, path: Text, data: Value, append: bool) -> Result<Value, Escape> {
        let path = path_text(cx, path);
        let Some(bytes) = octets(cx.heap, &data).map(<[u8]>::to_vec) else {
            return Err(cx.type_error(name, "string or bytes", data));
        };
        let written = scheduler(cx, name)?.world.write_file(&path, &bytes, append);
        written.map(|()| Value::TRUE).map_err(|error| raise(cx, name, &path, &error))
    }

    /// Makes or replaces a file. Gives true.
    #[primitive(name = "file/write", aliases("spit"), signals(error))]
    fn write(cx: &mut Cx<'_>, path: Text, data: Value) -> Result<Value, Escape> {
        put(cx, "file/write", path, data, false)
    }

    /// Adds to the end of a file. Gives true.
    #[primitive(name = "file/append", aliases("append-file"), signals(error))]
    fn append(cx: &mut Cx<'_>, path: Text, data: Value) -> Result<Value, Escape> {
        put(cx, "file/append", path, data, true)
    }

    fn ask(
        cx: &mut Cx<'_>,
        name: &str,
        path: Text,
        question: fn(&mut Scheduler, &str) -> bool,
    ) -> Result<bool, Escape> {
        let path = path_text(cx, path);
        Ok(question(scheduler(cx, name)?, &path))
    }

    /// True when there is something of that name.
    ///
    /// (path/exists? "/no/such/file")  # => false
    #[primitive(name = "path/exists?", aliases("file-exists?", "file/exists?"), signals(error))]
    fn exists(cx: &mut Cx<'_>, path: Text) -> Result<bool, Escape> {
        ask(cx, "path/exists?", path, |scheduler, path| scheduler.world.exists(path))
    }

    /// True when there is a file of that name.
    ///
    /// (path/file? "/")  # => false
    #[primitive(name = "path/file?", aliases("file?", "file/file?"), signals(error))]
    fn is_file(cx: &mut Cx<'_>, path: Text) -> Result<bool, Escape> {
        ask(cx, "path/file?", path, |scheduler, path| scheduler.world.is_file(path))
    }

    /// True when there is a directory of that name.
    ///
    /// (path/dir? "/no/such/directory")  # => false
    #[primitive(name = "path/dir?", aliases("directory?", "file/directory?"), signals(error))]
    fn is_directory(cx: &mut Cx<'_>, path: Text) -> Result<bool, Escape> {
        ask(cx, "path/dir?", path, |scheduler, path| scheduler.world.is_directory(path))
    }

    /// The working directory.
    ///
    /// (string? (path/cwd))  # => true
    #[primitive(name = "path/cwd", signals(error))]
    fn cwd(cx: &mut Cx<'_>) -> Result<String, Escape> {
        scheduler(cx, "path/cwd")?.world.current_directory().map_err(|error| raise(cx, "path/cwd", ".", &error))
    }

    /// A path from the root on.
    ///
    /// (path/absolute "/a/b")  # => "/a/b"
    #[primitive(name = "path/absolute", signals(error))]
    fn absolute(cx: &mut Cx<'_>, path: Text) -> Result<String, Escape> {
        let path = path_text(cx, path);
        let directory = scheduler(cx, "path/absolute")?.world.current_directory();
        let directory = directory.map_err(|error| raise(cx, "path/absolute", &path, &error))?;
        Ok(lisle_engine::modules::join(&directory, &path))
    }

    /// The one name of an existing file, without links.
    #[primitive(name = "path/canonicalize", signals(error))]
    fn canonicalize(cx: &mut Cx<'_>, path: Text) -> Result<String, Escape> {
        let path = path_text(cx, path);
        let world = &mut scheduler(cx, "path/canonicalize")?.world;
        if !world.exists(&path) {
            return Err(raise(cx, "path/canonicalize", &path, &io::Error::from_raw_os_error(2)));
        }
        Ok(world.canonical(&path))
    }
}
