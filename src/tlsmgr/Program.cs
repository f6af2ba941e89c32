// The executable of tlsmgr(8).

return 0;
