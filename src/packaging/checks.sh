# Counts checks by their names, for scripts that source this file and end with print_counts. Below the name of a failed check
# stands what its command printed.

passed=0
failed=0
# The output of the last check. A script may set it before.
check_output=${check_output:-/tmp/check.txt}
# Text before each name, and whether checks that pass are printed. A script may set them after.
check_prefix=
check_prints_passed=yes

check() { # name command...
    local name=$check_prefix$1
    shift
    if "$@" >"$check_output" 2>&1; then
        passed=$((passed + 1))
        [ $check_prints_passed = no ] || echo "ok      $name"
    else
        failed=$((failed + 1))
        echo "FAILED  $name: $*"
        tail -n 30 "$check_output" | sed 's/^/        /'
    fi
}

# Exit status 1: a check failed.
print_counts() {
    echo "$passed passed, $failed failed"
    [ $failed = 0 ]
}
