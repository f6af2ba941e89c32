namespace TlsMgr.Rig.Doctor;

/// <summary>Files and directories that are missing, another's, or of another kind, and file systems.</summary>
internal static class FileCases
{
    private const string Cache = "$DATA/smtpd_scache.lmdb";
    private const string Mounted = "mkdir -p $ROOT/other && "
        + "mount -t tmpfs -o size=64k,mode=700,uid=$(id -u $OWNER) tmpfs $ROOT/other";
    private const string Unmount = "umount -l $ROOT/other; rmdir $ROOT/other";
    private const string UseMounted = "postconf -c $CONFIG smtpd_tls_session_cache_database=btree:$ROOT/other/scache";
    private const string CanMount = "unshare --mount true";

    internal static readonly DoctorCase[] All =
    [
        new("data_directory of root", "$STOP; chown -R root $DATA; $START; $AWAIT_STOP",
            "data_directory $DATA does not belong to $OWNER: no cache and no exchange file there") { IsBrief = true },
        new("data_directory for everybody", "chmod 777 $DATA; $RELOAD",
            "data_directory $DATA can be written to by others than $OWNER"),
        new("data_directory for reading", "chmod 500 $DATA; $RELOAD",
            "data_directory $DATA cannot be written to by $OWNER"),
        new("data_directory that is gone", "$STOP; mv $DATA $DATA.gone; $AWAIT_STOP",
            "data_directory $DATA: No such file or directory") { Clean = "rm -rf $DATA; mv $DATA.gone $DATA" },
        new("data_directory that is a file", "$STOP; mv $DATA $DATA.gone; touch $DATA; $AWAIT_STOP",
            "data_directory $DATA is no directory") { Clean = "rm -rf $DATA $DATA.moved; mv $DATA.gone $DATA" },
        new("data_directory that cannot be changed", "$STOP; chattr +i $DATA; $START; $AWAIT_STOP",
            "data_directory $DATA cannot be changed, by its attribute i")
        {
            Requires = "chattr +i $SAVED && chattr -i $SAVED",
            Clean = "chattr -i $DATA",
        },
        new("a parent of data_directory that is closed", "chmod 700 $ROOT; $RELOAD",
            "data_directory $DATA: $OWNER may not enter $ROOT") { Clean = "chmod 755 $ROOT" },
        new("data_directory on a read-only file system",
            "$STOP; mount --bind $DATA $DATA && mount -o remount,bind,ro $DATA; $START; $AWAIT_STOP",
            "data_directory $DATA is on a file system that is read-only")
        {
            Requires = CanMount, Clean = "$STOP; umount -l $DATA",
        },
        new("a cache of root", $"chown root {Cache}",
            $"cache the smtpd cache cannot be opened: {Cache} does not belong to $OWNER"),
        new("a cache for everybody", $"chmod 666 {Cache}",
            $"cache the smtpd cache cannot be opened: {Cache} can be written by others than $OWNER"),
        new("a cache for reading", $"$STOP; chmod 400 {Cache}; $START",
            $"cache the smtpd cache cannot be opened: {Cache} cannot be written by $OWNER"),
        new("a cache that is a symbolic link", $"mv {Cache} $DATA/x.lmdb; ln -s x.lmdb {Cache}; $RELOAD",
            $"cache the smtpd cache cannot be opened: {Cache} is a symbolic link"),
        new("a cache that is a directory", $"rm {Cache}; mkdir {Cache}; $RELOAD",
            $"cache the smtpd cache cannot be opened: {Cache} is no regular file")
        {
            Clean = $"rm -rf {Cache} {Cache}.moved",
        },
        new("a cache that cannot be changed", $"$STOP; chattr +i {Cache}; $START",
            $"cache the smtpd cache cannot be opened: {Cache} cannot be changed, by its attribute i")
        {
            Requires = "chattr +i $SAVED && chattr -i $SAVED",
            Clean = $"chattr -i {Cache}",
        },
        new("a cache in a closed directory",
            "install -d -m 700 $ROOT/closed && install -d -m 700 -o $OWNER $ROOT/closed/in && "
            + "postconf -c $CONFIG smtpd_tls_session_cache_database=btree:$ROOT/closed/in/scache; $RELOAD",
            "cache $ROOT/closed/in/scache.lmdb: $OWNER may not enter $ROOT/closed") { Clean = "rm -rf $ROOT/closed" },
        new("a cache on a read-only file system",
            $"{Mounted} && mount -o remount,ro $ROOT/other && {UseMounted} && $RELOAD",
            "cache $ROOT/other is on a file system that is read-only")
        {
            IsBrief = true, Requires = CanMount, Clean = $"$STOP; {Unmount}",
        },
        new("a cache on a full file system",
            $"{Mounted} && {UseMounted}; head -c 65536 /dev/zero >$ROOT/other/full; $RELOAD",
            "cache $ROOT/other is on a file system that is full")
        {
            Requires = CanMount, Clean = $"$STOP; {Unmount}",
            Mend = "mount -o remount,size=8m $ROOT/other && rm $ROOT/other/full && $RELOAD",
        },
        new("an exchange file of root", "chown root $DATA/prng_exch",
            "tls_random_exchange_name $DATA/prng_exch does not belong to $OWNER"),
        new("an exchange file for everybody", "chmod 666 $DATA/prng_exch",
            "tls_random_exchange_name $DATA/prng_exch can be written by others than $OWNER"),
        new("an exchange file for reading", "chmod 400 $DATA/prng_exch",
            "tls_random_exchange_name $DATA/prng_exch cannot be written by $OWNER"),
        new("an exchange file that is a directory", "rm $DATA/prng_exch; mkdir $DATA/prng_exch; $RELOAD",
            "tls_random_exchange_name $DATA/prng_exch is no regular file")
        {
            Clean = "rm -rf $DATA/prng_exch $DATA/prng_exch.moved",
        },
        new("an exchange file that is a symbolic link", "mv $DATA/prng_exch $DATA/x.db; ln -s x.db $DATA/prng_exch",
            "tls_random_exchange_name $DATA/prng_exch is no regular file") { Clean = "rm -f $DATA/prng_exch.moved" },
        new("a directory in place of the seal of ticket keys",
            "$STOP; rm -f $DATA/ticket_key_seal; mkdir $DATA/ticket_key_seal; $START",
            "ticket-keys ticket keys end with the daemon: $DATA/ticket_key_seal is no regular file")
        {
            Clean = "rm -rf $DATA/ticket_key_seal $DATA/ticket_key_seal.moved",
        },
        new("no control socket", "rm $DATA/tlsmgr_control",
            "tlsmgr_control_socket $DATA/tlsmgr_control: No such file or directory"),
        new("a file in place of the control socket", "rm $DATA/tlsmgr_control; touch $DATA/tlsmgr_control",
            "tlsmgr_control_socket $DATA/tlsmgr_control is no socket"),
        new("a directory in place of the control socket",
            "$STOP; rm -f $DATA/tlsmgr_control; mkdir $DATA/tlsmgr_control; $START",
            "tlsmgr_control_socket $DATA/tlsmgr_control is no socket")
        {
            Clean = "rm -rf $DATA/tlsmgr_control $DATA/tlsmgr_control.moved",
        },
        new("a control socket of another user", "chown nobody $DATA/tlsmgr_control",
            "tlsmgr_control_socket $DATA/tlsmgr_control does not belong to $OWNER"),
        new("a program that cannot be executed", "chmod 644 $DAEMONS/tlsmgr-net; $RELOAD",
            "master.cf the command of tlsmgr is tlsmgr-net, and $DAEMONS/tlsmgr-net cannot be executed"),
        new("a program that is gone", "rm $DAEMONS/tlsmgr-net; $RELOAD",
            "master.cf the command of tlsmgr is tlsmgr-net, and there is no $DAEMONS/tlsmgr-net"),
        new("a directory in place of the program", "rm $DAEMONS/tlsmgr-net; mkdir $DAEMONS/tlsmgr-net; $RELOAD",
            "master.cf the command of tlsmgr is tlsmgr-net, and $DAEMONS/tlsmgr-net is no regular file"),
        new("a directory of sockets that is root's", "chown root $QUEUE/private",
            "service-socket programs cannot connect: $QUEUE/private does not belong to $OWNER") { IsBrief = true },
        new("a directory of sockets without permissions", "chmod 600 $QUEUE/private",
            "service-socket $QUEUE/private has other permissions than Postfix gives it"),
        new("a queue_directory that is closed", "chmod 700 $QUEUE", "service-socket programs cannot enter $QUEUE"),
        new("a service socket for root", "chmod 600 $QUEUE/private/tlsmgr; chown root $QUEUE/private/tlsmgr",
            "service-socket programs cannot connect: $QUEUE/private/tlsmgr has other permissions than master(8) gives"),
    ];
}
