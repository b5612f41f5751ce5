# Follows a log file as `tail -F` does: prints what is added to it, also after it was emptied or replaced.
# `lisle follow.lisp FILE [TEXT]` prints only lines with TEXT. Ends when it is told to (Ctrl-C, SIGTERM).

(def look-again 0.05)

(defn identity-of [path]
  (match (protect (file/stat path))
    [true stat] [(get stat :dev) (get stat :inode)]
    _ nil))

(defn lines-of [path f]
  # One file, from its beginning until it is replaced or emptied.
  (let [p (port/open path :read)
        me (identity-of path)
        @part ""]
    (defer (port/close p)
      (forever
        (let [text (port/read p 65536)]
          (if (nil? text)
            (cond
              (not (= me (identity-of path))) (break)
              (< (file/size path) (port/tell p)) (break)
              (ev/sleep look-again))
            (let [pieces (string/split (string part text) "\n")]
              (each line in (slice pieces 0 (dec (length pieces))) (f line))
              (assign part (last pieces)))))))))

(defn follow [path wanted]
  (sys/on-signal :sigterm (fn [_] (sys/exit 0)))
  (forever
    (try (lines-of path (fn [line]
                          (when (string/contains? line wanted)
                            (println line))))
      (catch e
        # It is not there yet, or for a moment while it is replaced. All else ends the program: Ctrl-C, too.
        (unless (= (get e :reason) :not-found) (error e))))
    (ev/sleep look-again)))

(defn usage []
  (eprintln "usage: lisle follow.lisp FILE [TEXT]")
  (sys/exit 2))

(match (sys/args)
  (path) (follow path "")
  (path text) (follow path text)
  _ (usage))
