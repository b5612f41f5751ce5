# GenServer: a process that keeps a state, and answers calls one after the other.
#
# A server is made of a struct of functions:
#
#   :init         (argument)             [:ok state], [:stop reason], or the state itself
#   :handle-call  (request from state)   [:reply value state], [:noreply state], [:stop reason reply state]
#   :handle-cast  (request state)        [:noreply state], [:stop reason state]
#   :handle-info  (message state)        as :handle-cast; without it, other messages are ignored
#   :terminate    (reason state)         runs before the server ends, unless it is killed
#
# What clients send: `[:$call pid reference request]`, `[:$cast request]`, `[:$stop pid reference reason]`.

(def core ((import "std/process/core")))

(defn invalid [callback]
  (error {:error :gen-server-error :message (string callback " returned invalid result")}))

(defn end-with [reason]
  (%process-exit (%process-me) reason))

# What the server does, from its start to its end.
(defn run [callbacks argument]
  (%process-kind :gen-server)
  (let [parent (%process-parent)
        init (get callbacks :init)
        handle-call (get callbacks :handle-call)
        handle-cast (get callbacks :handle-cast)
        handle-info (get callbacks :handle-info)
        terminate (get callbacks :terminate)
        @state nil
        # Set once :terminate has run, or is not to run.
        @done true]
    (defn finish [reason]
      (assign done true)
      (unless (nil? terminate) (terminate reason state))
      (end-with reason))
    # After a cast or another message.
    (defn go-on [callback result]
      (match result
        [:noreply new] (assign state new)
        [:stop reason new] (begin
                             (assign state new)
                             (finish reason))
        _ (invalid callback)))
    (defer
      # Something else than a stop ends the server: an error in a callback, or an exit signal.
      (unless (or done (nil? terminate))
        (let [exiting (%process-exiting)]
          (match exiting
            nil (terminate [:error (%last-error)] state)
            [:killed :kill] nil
            _ (terminate exiting state))))
      (begin
        (match (init argument)
          [:ok new] (assign state new)
          [:stop reason] (begin
                           (unless (nil? terminate) (terminate reason nil))
                           (end-with reason))
          new (assign state new))
        (assign done false)
        (forever
          (let [message (%process-recv)]
            (match message
              [:$call pid reference request]
              (match (handle-call request [pid reference] state)
                [:reply value new] (begin
                                     (assign state new)
                                     (%process-reply pid reference value))
                [:noreply new] (assign state new)
                [:stop reason value new] (begin
                                           (assign state new)
                                           (%process-reply pid reference value)
                                           (finish reason))
                _ (invalid "handle-call"))
              [:$cast request] (go-on "handle-cast" (handle-cast request state))
              [:$stop pid reference reason] (finish reason)
              [:EXIT from reason] when (= from parent) (finish reason)
              _ (unless (nil? handle-info)
                  (go-on "handle-info" (handle-info message state))))))))))

(defn start-link [callbacks argument &named name]
  "Starts a server that ends with the caller, and gives its pid. It runs :init of the callbacks with the argument first; what
  is sent to it before that waits. With :name, it can be called by that name; a name that is taken raises :already-started.
  (run (fn []
    (let [pid (process:gen-server-start-link {:init identity :handle-call (fn [n _ total] [:reply (+ n total) (+ n total)])} 5)]
      (process:gen-server-call pid 2)
      (process:gen-server-call pid 3))))  # => 10"
  (%process-spawn-owned (fn [] (run callbacks argument)) name))

(defn run-here [callbacks argument &named name]
  "Makes a server of the calling process, until it ends: for the `:start` of a supervisor's child.
  (run (fn []
    (let [pid (process:spawn (fn [] (process:gen-server-run {:init identity :handle-call (fn [_ _ n] [:reply n n])} 7)))
          value (process:gen-server-call pid :get)]
      (process:gen-server-stop pid)
      value)))  # => 7"
  (unless (nil? name) (%process-register name))
  (run callbacks argument))

(defn call [server request &named timeout within]
  "Sends a request to a server, given by pid or name, and waits for the answer: as long as the server lives, or for so many
  ticks (:timeout) or seconds (:within). Raises :noproc if there is no such process, :gen-server-down if it dies before it
  answers, and :gen-server-timeout when the time is over; an answer that comes later is dropped.
  (run (fn [] (process:gen-server-call (process:gen-server-start-link {:init identity :handle-call (fn [_ _ n] [:reply n n])} 7) :get)))  # => 7
  (run (fn [] (get (get (protect (process:gen-server-call :nobody 1)) 1) :error)))  # => :noproc"
  (if (and (nil? timeout) (nil? within))
    (%process-call server request nil)
    (core:call server :$call request timeout within)))

(defn cast [server request]
  "Sends a request to a server, given by pid or name, and does not wait. A name that nobody has raises :noproc.
  (run (fn []
    (let [pid (process:gen-server-start-link {:init identity :handle-cast (fn [by n] [:noreply (+ n by)]) :handle-call (fn [_ _ n] [:reply n n])} 7)]
      (process:gen-server-cast pid 3)
      (process:gen-server-call pid :get))))  # => 10"
  (let [pid (if (keyword? server) (%process-resolve server) server)]
    (when (nil? pid)
      (error {:error :noproc :message (string "no process :" server)}))
    (%process-send pid [:$cast request])))

(defn stop [server &named reason timeout within]
  "Asks a server to end, and waits until it has. Its :terminate runs first. The reason is :normal if none is given.
  (run (fn [] (process:gen-server-stop (process:gen-server-start-link {:init identity} 7))))  # => :ok"
  (core:stop server (if (nil? reason) :normal reason) timeout within))

(defn reply [from value]
  "Answers a call for which :handle-call gave [:noreply state]; `from` is what it got. Any process may do so, at any time.
  (run (fn []
    (process:gen-server-call
      (process:gen-server-start-link
        {:init identity
         :handle-call (fn [_ from n] (process:spawn (fn [] (process:gen-server-reply from :later))) [:noreply n])}
        nil)
      :get)))  # => :later"
  (match from
    [pid reference] (%process-reply pid reference value)
    _ (error {:error :type-error :message "process:gen-server-reply: expected [pid reference]"})))

(fn []
  {:start-link start-link
   :run run-here
   :call call
   :cast cast
   :stop stop
   :reply reply})
