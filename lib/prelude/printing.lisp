# Printing through the ports that *stdout* and *stderr* hold at the time of the call.

(defn print [& vs]
  "Writes the arguments to *stdout*, without separators.
  (print)  # => nil
  (print b[255])  # raises :encoding-error"
  (port/write (*stdout*) (string ;vs))
  nil)

(defn println [& vs]
  "Writes the arguments and a newline to *stdout*, without separators.
  (println)  # => nil
  (println b[255])  # raises :encoding-error"
  (port/write (*stdout*) (string ;vs "\n"))
  nil)

(defn eprint [& vs]
  "Writes the arguments to *stderr*, without separators.
  (eprint)  # => nil
  (eprint b[255])  # raises :encoding-error"
  (port/write (*stderr*) (string ;vs))
  nil)

(defn eprintln [& vs]
  "Writes the arguments and a newline to *stderr*, without separators.
  (eprintln)  # => nil
  (eprintln b[255])  # raises :encoding-error"
  (port/write (*stderr*) (string ;vs "\n"))
  nil)

(defn pp [v]
  "Writes a value in a readable form, over several lines if it is long, to standard output; gives the value.
  (pp nil)  # => nil"
  (port/write (port/stdout) (string (%pretty v) "\n"))
  v)

(defn debug/print [v]
  "Writes a value to standard error, as it appears in error reports.
  (debug/print [])  # => nil"
  (port/write (port/stderr) (string (%machine-text v) "\n"))
  nil)

(defn debug/trace [label v]
  "Writes a label and a value to standard error; gives the value.
  (debug/trace \"sum\" (+ 1 2))  # => 3"
  (port/write (port/stderr) (string label ": " (%machine-text v) "\n"))
  v)

(alias debug-print debug/print)
(alias trace debug/trace)
