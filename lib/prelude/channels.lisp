# Waiting for channels.

(defn %chan-await [waiting what seconds]
  "Waits until channels grant something, and gives what; nil if the time is over before.
  (let [[tx rx] (chan)] (chan/recv-wait rx 0))  # => [:timeout]"
  (try (%chan-park waiting what seconds)
    (catch e
      (%chan-give-up waiting)
      (error e)))
  (%chan-outcome waiting))

(defn %chan-await-value [waiting seconds]
  "What chan/recv-wait gives when it has to wait.
  (let [[tx rx] (chan)] (ev/spawn (fn [] (chan/close tx))) (chan/recv-wait rx))  # => [:disconnected]"
  (match (%chan-await waiting "a value from a channel" seconds)
    nil [:timeout]
    :closed [:disconnected]
    granted [:ok (get granted 1)]))

(defn %chan-await-room [waiting seconds]
  "What chan/send-wait gives when it has to wait.
  (let [[tx rx] (chan 0)] (ev/spawn (fn [] (chan/recv rx))) (chan/send-wait tx 1))  # => [:ok]"
  (match (%chan-await waiting "room in a channel" seconds)
    nil [:timeout]
    :closed [:disconnected]
    _ [:ok]))

(defn %chan-await-any [waiting seconds]
  "What chan/select gives when it has to wait.
  (let [[tx rx] (chan)] (ev/spawn (fn [] (chan/send tx 5))) (chan/select [rx]))  # => [0 5]"
  (match (%chan-await waiting "a value from one of several channels" seconds)
    nil [:timeout]
    :closed [:disconnected]
    found found))
