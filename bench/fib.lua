-- fib(n), doubly recursive; ops = calls
local function fib(n) if n < 2 then return n else return fib(n - 1) + fib(n - 2) end end
local n = tonumber(arg[1])
local t0 = os.clock()
local r = fib(n)
local dt = os.clock() - t0
print("# fib = " .. r)
print("RESULT fib " .. n .. " " .. dt .. " " .. (2 * (r + fib(n - 1)) - 1) / dt)
