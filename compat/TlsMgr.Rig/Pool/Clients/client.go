// An SMTP client that resumes as crypto/tls does with a ClientSessionCache. Each line of standard input is a connection:
// the address, and the server's name, which may be missing. Each line of standard output is what it was: reused or new.
package main

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net/smtp"
	"os"
	"strings"
)

var sessions = tls.NewLRUClientSessionCache(0)

func connect(address, name string) (bool, error) {
	client, err := smtp.Dial(address)
	if err != nil {
		return false, err
	}
	defer client.Close()
	config := &tls.Config{ServerName: name, InsecureSkipVerify: true, ClientSessionCache: sessions}
	if err = client.StartTLS(config); err != nil {
		return false, err
	}
	state, _ := client.TLSConnectionState()
	if err = client.Noop(); err != nil {
		return false, err
	}
	return state.DidResume, client.Quit()
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		fields := append(strings.Fields(lines.Text()), "")
		resumed, err := connect(fields[0], fields[1])
		switch {
		case err != nil:
			fmt.Println("failed:", err)
		case resumed:
			fmt.Println("reused")
		default:
			fmt.Println("new")
		}
	}
}
