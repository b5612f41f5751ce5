# A yield that nobody catches lets others run.
(let [log @[]]
  (ev/join [(ev/spawn (fn [] (push log 1) (yield) (push log 3)))
            (ev/spawn (fn [] (push log 2) (yield) (push log 4)))])
  log)                    # => @[1 2 3 4]
