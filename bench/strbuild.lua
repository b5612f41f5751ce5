-- append n short pieces ("x<i mod 10>,") to a buffer, joined at the end; ops = n
local function run(n)
  local b = {}
  for i = 0, n - 1 do b[#b + 1] = "x" .. i % 10 .. "," end
  return #table.concat(b)
end
local n = math.tointeger(tonumber(arg[1]))
local t0 = os.clock()
local r = run(n)
local dt = os.clock() - t0
print("# bytes = " .. r)
print("RESULT strbuild " .. n .. " " .. dt .. " " .. n / dt)
