# Follows a log file as `tail -F` does: prints what is added to it, also after it was emptied or replaced.
# `lisle follow.lisp FILE [TEXT]` prints only lines with TEXT. Ends when it is told to (Ctrl-C, SIGTERM).

(defn identity-of [path]
  (match (protect (file/stat path))
    [true stat] [(get stat :dev) (get stat :inode)]
    _ nil))

(defn wait-for-change [w path]
  # The watch is on the directory, so the file need not be there.
  (let [name (path/filename path)
        ours? (fn [change]
                (or (= (get change :kind) :overflow)
                    (= (path/filename (get change :path)) name)))]
    (while (not (any? ours? (watch-next w))) nil)))

(defn lines-of [w path f]
  # One file, from its beginning until it is replaced or emptied.
  (let [p (port/open path :read)
        me (identity-of path)
        @part ""]
    (defer (port/close p)
      (forever
        # Asked before the rest is read, so that nothing stays behind in a file that was replaced.
        (let [gone (or (not (= me (identity-of path)))
                       (< (file/size path) (port/tell p)))]
          (forever
            (let [text (port/read p 65536)]
              (when (nil? text) (break))
              (let [pieces (string/split (string part text) "\n")]
                (each line in (slice pieces 0 (dec (length pieces))) (f line))
                (assign part (last pieces)))))
          (when gone
            (unless (= part "") (f part))
            (break)))
        (wait-for-change w path)))))

(defn follow [path wanted]
  (sys/on-signal :sigterm (fn [_] (sys/exit 0)))
  (let [w (watch)
        show (fn [line] (when (string/contains? line wanted) (println line)))]
    (watch-add w (or (path/parent path) ".") {:recursive false})
    (forever
      (try (lines-of w path show)
        (catch e
          (if (= (get e :reason) :not-found) (wait-for-change w path) (error e)))))))

(defn usage []
  (eprintln "usage: lisle follow.lisp FILE [TEXT]")
  (sys/exit 2))

(match (sys/args)
  (path) (follow path "")
  (path text) (follow path text)
  _ (usage))
