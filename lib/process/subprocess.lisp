# Subprocesses under a supervisor.

(defn wait-for [process]
  (subprocess/wait process))

# Ends a subprocess: asks first, and kills it after so many seconds.
(defn end [process seconds]
  (protect (subprocess/kill process :sigterm))
  (when (nil? (ev/timeout seconds (fn [] (wait-for process) true)))
    (protect (subprocess/kill process :sigkill))
    (wait-for process))
  nil)

(defn make-child [id program args &named opts restart shutdown]
  "A child spec whose process runs a program, and ends with it: normally if its exit code is 0, otherwise with the error
  :subprocess-exit, whose :code it is. When the child is stopped, the program gets SIGTERM, and SIGKILL after :shutdown
  seconds (default 5).
  (get (process:make-subprocess-child :listing \"ls\" [\"-l\"] :restart :temporary) :restart)  # => :temporary"
  (let [seconds (if (nil? shutdown) 5 shutdown)
        options (put (if (nil? opts) {:stdin :null :stdout :inherit :stderr :inherit} opts) :owned true)]
    {:id id
     :restart (if (nil? restart) :permanent restart)
     # The supervisor waits a little longer than the program is given.
     :shutdown (+ seconds 1)
     :start (fn []
              (%process-kind :subprocess)
              (let [@process nil
                    @ended false]
                (defer (unless (or ended (nil? process)) (end process seconds))
                  # An end that comes in the middle of the start waits for it: no program is left that nobody knows of.
                  (ev/shield seconds (fn [] (assign process (subprocess/exec program args options))))
                  (let [code (wait-for process)]
                    (assign ended true)
                    (unless (= code 0)
                      (error {:error :subprocess-exit
                              :message (string program " ended with code " code)
                              :code code}))
                    code))))}))

(fn []
  {:make-child make-child})
