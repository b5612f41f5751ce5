# Printing through the ports that *stdout* and *stderr* hold at the time of the call.

(defn print [& vs]
  "Writes the arguments to *stdout*, without separators.
  (print)  # => nil"
  (port/write (*stdout*) (string ;vs))
  nil)

(defn println [& vs]
  "Writes the arguments and a newline to *stdout*, without separators.
  (println)  # => nil"
  (port/write (*stdout*) (string ;vs "\n"))
  nil)

(defn eprint [& vs]
  "Writes the arguments to *stderr*, without separators.
  (eprint)  # => nil"
  (port/write (*stderr*) (string ;vs))
  nil)

(defn eprintln [& vs]
  "Writes the arguments and a newline to *stderr*, without separators.
  (eprintln)  # => nil"
  (port/write (*stderr*) (string ;vs "\n"))
  nil)
