# An echo server at 127.0.0.1, at the port given; prints READY. With SIGTERM it ends.
(def l (tcp/listen "127.0.0.1" (parse-int (first (sys/args)))))
(println "READY")
(port/flush (*stdout*))
(forever
  (let [c (tcp/accept l)]
    (ev/spawn
      (fn []
        (protect
          (forever
            (let [b (port/read c 4096)]
              (when (nil? b) (break))
              (port/write c b))))
        (port/close c)))))
