# Streams over ports, subprocesses that are run to their end, and signals.

(defn port/lines [p]
  "A stream of the lines of a port. Closes the port at its end.
  (stream/collect (port/lines (port/stdin)))  # => ()
  (port/lines 5)  # raises :type-error"
  (%check-port "port/lines" p)
  (fiber/new
    (fn []
      (forever
        (let [line (port/read-line p)]
          (when (nil? line) (break))
          (yield line)))
      (port/close p))
    :yield))

(defn port/chunks [p n]
  "A stream of what a port holds, in pieces of up to n bytes. Closes the port at its end.
  (stream/collect (port/chunks (port/stdin) 9))  # => ()
  (port/chunks (port/stdin) 0)  # raises :value-error
  (port/chunks 5 9)  # raises :type-error"
  (%check-port "port/chunks" p)
  (unless (integer? n) (error {:error :type-error :message (string "port/chunks: expected integer, got " (type-of n))}))
  (unless (> n 0) (error {:error :value-error :message (string "port/chunks: expected a positive count, got " n)}))
  (fiber/new
    (fn []
      (forever
        (let [chunk (port/read p n)]
          (when (nil? chunk) (break))
          (yield chunk)))
      (port/close p))
    :yield))

(defn port/writer [p]
  "A fiber that writes what it is resumed with: resume it once to start it, then with data, and with nil to close the port.
  (let [w (port/writer (port/stdout))] (fiber/resume w) (fiber/resume w \"\") (fiber/resume w nil) (fiber/done? w))  # => true
  (port/writer 5)  # raises :type-error"
  (%check-port "port/writer" p)
  (fiber/new
    (fn []
      (forever
        (let [data (yield nil)]
          (when (nil? data) (break))
          (port/write p data)))
      (port/close p))
    :yield))

(defn %check-port [name p]
  (unless (port? p)
    (error {:error :type-error :message (string name ": expected port, got " (type-of p))})))

(defn subprocess/system [program args &opt opts]
  "Runs a program to its end: {:exit code :stdout string :stderr string}. Options as of subprocess/exec; standard input is
  empty unless they say otherwise. :input, a string or bytes, is what it reads. The program
  is killed if the caller is aborted, or if this program ends before it.
  (subprocess/system \"true\" 5)  # raises :type-error"
  (unless (or (nil? opts) (struct? opts))
    (error {:error :type-error :message (string "subprocess/system: expected struct of options, got " (type-of opts))}))
  (let* [given (if (nil? opts) {} opts)
         input (get given :input)
         p (subprocess/exec program args
             (merge {:stdin (if (nil? input) :null :pipe) :owned true} (freeze given)))
         all (fn [port] (if (nil? port) "" (%program-text (port/read-all port))))
         @done false]
    (defer
      (unless done (%kill-and-wait p))
      (let [readers (list (ev/spawn (fn [] (all (get p :stdout)))) (ev/spawn (fn [] (all (get p :stderr)))))]
        (defer
          (unless done (each reader in readers (ev/abort reader)))
          (unless (or (nil? input) (nil? (get p :stdin)))
            # A program may end without reading all that it could.
            (try (port/write (get p :stdin) input)
              (catch e (unless (= (get e :reason) :broken-pipe) (error e))))
            (port/close (get p :stdin)))
          (let* [outputs (ev/join readers)
                 code (subprocess/wait p)]
            (assign done true)
            (each name in [:stdout :stderr] (unless (nil? (get p name)) (port/close (get p name))))
            {:exit code :stdout (get outputs 0) :stderr (get outputs 1)}))))))

(defn %program-text [bytes]
  (try (string bytes)
    (catch e
      (error (if (= (get e :error) :encoding-error)
               (put e :message "subprocess/system: the output is not UTF-8; read it as bytes, with subprocess/exec")
               e)))))

(defn %kill-and-wait [p]
  (subprocess/kill p :sigkill)
  (each name in [:stdin :stdout :stderr] (unless (nil? (get p name)) (port/close (get p name))))
  (subprocess/wait p))

(defn sys/on-signal [signal f]
  "Calls f with the signal's keyword, in a fiber of its own, whenever it comes: :sigterm, :sighup, :sigusr1 and others, also
  :sigint, which then interrupts no longer. With nil for f it does again what it did at first. Gives nil.
  (sys/on-signal :sigusr1 nil)  # => nil
  (sys/on-signal :no-such-signal nil)  # raises :type-error"
  (unless (or (nil? f) (callable? f))
    (error {:error :type-error :message (string "sys/on-signal: expected function or nil, got " (type-of f))}))
  (%on-signal signal (if (nil? f) nil (fn [] (f signal)))))
