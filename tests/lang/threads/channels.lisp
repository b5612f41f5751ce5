# Channels.
(def [tx rx] (chan))
(type-of tx)                                         # => :chan/sender
(string tx)                                          # => "#<chan/sender>"
(chan/recv rx)                                       # => [:empty]
(chan/send tx 1)                                     # => [:ok]
(chan/recv rx)                                       # => [:ok 1]
(chan/send rx 1)                                     # raises :type-error
(chan/recv tx)                                       # raises :type-error
(chan -1)                                            # raises :value-error
(chan :a)                                            # raises :type-error

# Values are passed as they are within a thread.
(def array @[1])
(chan/send tx array)
(let [[_ same] (chan/recv rx)] (push same 2) array)  # => @[1 2]

# The receiver learns of the end when all senders are closed and everything was received.
(def other (chan/clone tx))
(chan/send tx :last)
(begin (chan/close tx) (chan/close tx))              # => nil
(chan/send tx 1)                                     # => [:disconnected]
(chan/clone tx)                                      # raises :state-error
(chan/close other)
[(chan/recv rx) (chan/recv rx)]                      # => [[:ok :last] [:disconnected]]

(let [[tx rx] (chan 1)] [(chan/send tx 1) (chan/send tx 2) (chan/recv rx) (chan/send tx 3)])  # => [[:ok] [:full] [:ok 1] [:ok]]
(let [[tx rx] (chan)] (chan/close-recv rx) [(chan/send tx 1) (chan/recv rx)])  # => [[:disconnected] [:disconnected]]

# With capacity 0 a value is accepted when a receiver waits.
(def [t0 r0] (chan 0))
(chan/send t0 1)                                     # => [:full]
(def selecting (ev/spawn (fn [] (chan/select @[r0]))))
(ev/sleep 0)
(chan/send t0 1)                                     # => [:ok]
(ev/join selecting)                                  # => [0 1]

(def [ta ra] (chan))
(def [tb rb] (chan))
(chan/select [ra rb] 10)                             # => [:timeout]
(begin (chan/send tb :b) (chan/select (list ra rb)))  # => [1 :b]
(ev/spawn (fn [] (ev/sleep 0.01) (chan/send ta :a)))
(chan/select @[ra rb] 5000)                          # => [0 :a]
(ev/timeout 0.01 (fn [] (chan/select [ra])) :late)   # => :late
(begin (chan/send ta 1) (chan/recv ra))              # => [:ok 1]
(chan/select [])                                     # raises :value-error
(chan/select [ra] -1)                                # raises :value-error
(chan/select [ra] :soon)                             # raises :type-error
(chan/select 5)                                      # raises :type-error

# Those that are ready have their turn one after the other.
(each i in (range 6) (chan/send ta i) (chan/send tb i))
(let [taken (map (fn [_] (get (chan/select [ra rb]) 0)) (range 12))] (fold + 0 taken))  # => 6
(chan/close ta)
(begin (chan/send tb :more) (chan/select [ra rb]))   # => [1 :more]
(chan/select [ra rb])                                # => [:disconnected]
(begin (chan/close-recv ra) (chan/select [ra rb]))   # raises :state-error

# Waiting for room and for values.
(def [ts rs] (chan 1))
(chan/send-wait ts 1)                                # => [:ok]
(chan/send-wait ts 2 0.01)                           # => [:timeout]
(def sending (ev/spawn (fn [] (chan/send-wait ts 2))))
(ev/sleep 0)
[(chan/recv rs) (ev/join sending) (chan/recv-wait rs)]  # => [[:ok 1] [:ok] [:ok 2]]
(chan/recv-wait rs 0.01)                             # => [:timeout]
(def receiving (ev/spawn (fn [] (chan/recv-wait rs))))
(ev/sleep 0)
(chan/close ts)
(ev/join receiving)                                  # => [:disconnected]

# Select is fair: of channels that always have something, each has its turn.
(let [[ta ra] (chan) [tb rb] (chan) counts @[0 0]]
  (repeat 20 (chan/send ta :a) (chan/send tb :b))
  (repeat 20 (let [[i _] (chan/select [ra rb])] (put counts i (+ 1 (get counts i)))))
  counts)                                             # => @[10 10]
