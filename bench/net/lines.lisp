# Reads a file by lines, and counts them and their characters. Prints RESULT lines bytes seconds bytes/s.
(def path (first (sys/args)))
(def start (clock/monotonic))
(defn run []
  (let [p (port/open path :read)
        @count 0
        @characters 0]
    (forever
      (let [line (port/read-line p)]
        (when (nil? line) (break))
        (assign count (+ count 1))
        (assign characters (+ characters (length line)))))
    [count characters]))
(def counts (run))
(def seconds (- (clock/monotonic) start))
(def size (file/size path))
(println "# " counts)
(println "RESULT lines " size " " seconds " " (/ size seconds))
