package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"time"
)

// One goroutine on each of two OS threads, which the runtime may not share out otherwise.
func main() {
	n, _ := strconv.Atoi(os.Args[1])
	c := make(chan int, 1024)
	t0 := time.Now()
	go func() {
		runtime.LockOSThread()
		for i := 0; i < n; i++ {
			c <- i
		}
	}()
	runtime.LockOSThread()
	s := 0
	for i := 0; i < n; i++ {
		s += <-c
	}
	dt := time.Since(t0).Seconds()
	fmt.Println("# sum =", s)
	fmt.Printf("RESULT chan_threads %d %f %f\n", n, dt, float64(n)/dt)
}
