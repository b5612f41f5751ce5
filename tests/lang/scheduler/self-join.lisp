(ev/join (fiber/self))    # raises :deadlock
