//! Where programs and modules are read from.

use std::io;

/// Reading of files, as far as loading programs needs it.
pub trait Files {
    /// The whole content of a file.
    fn read(&mut self, path: &str) -> io::Result<Vec<u8>>;

    /// True when it can be read as a file: directories cannot.
    fn is_file(&mut self, path: &str) -> bool;

    /// One name for all names of a file; `path` itself when that cannot be found out.
    fn canonical(&mut self, path: &str) -> String;
}

/// No files at all.
#[derive(Debug, Default)]
pub struct NoFiles;

impl Files for NoFiles {
    fn read(&mut self, _: &str) -> io::Result<Vec<u8>> {
        // ENOENT, so that messages do not differ from those of real files.
        Err(io::Error::from_raw_os_error(2))
    }
    fn is_file(&mut self, _: &str) -> bool {
        false
    }
    fn canonical(&mut self, path: &str) -> String {
        path.to_owned()
    }
}
