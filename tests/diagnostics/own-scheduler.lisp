(def backend (io/backend :async))
(if (io-request? 5) (io/submit backend 5) (io/wait backend))
