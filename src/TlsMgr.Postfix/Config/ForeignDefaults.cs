using System.Collections.Generic;
using System.Linq;

namespace TlsMgr.Postfix.Config;

/// <summary>
/// Unexpanded defaults of Postfix parameters that this daemon does not use itself: a value in main.cf may refer to
/// them, as in every Postfix daemon. Parameters with an empty default need no entry.
/// </summary>
internal static class ForeignDefaults
{
    /// <summary>
    /// The defaults known to Postfix's tlsmgr 3.7.11 (Debian 12), recorded by making it expand every name in every
    /// parameter. A default becomes known when Postfix reads the parameter; <c>[name]</c> begins the parameters that
    /// Postfix reads just before the parameter <c>name</c> of this daemon.
    /// </summary>
    private const string Text = """
        [multi_instance_name]
        inet_protocols = all
        [postlog_service_name]
        maillog_file_compressor = gzip
        maillog_file_rotate_suffix = %Y%m%d-%H%M%S
        [myhostname]
        daemon_table_open_error_is_fatal = no
        dns_ncache_ttl_fix_enable = no
        dnssec_probe = ns:.
        enable_idna2003_compatibility = no
        known_tcp_ports = lmtp=24, smtp=25, smtps=submissions=465, submission=587
        respectful_logging = ${{$compatibility_level} <level {3.6} ? {no} : {yes}}
        [daemon_directory]
        mydestination = $myhostname, localhost.$mydomain, localhost
        myorigin = $myhostname
        setgid_group = postdrop
        [default_database_type]
        alias_database = hash:/etc/aliases
        default_privs = nobody
        double_bounce_sender = double-bounce
        inet_interfaces = all
        process_id_directory = pid
        shlib_directory = /usr/lib/postfix
        [max_use]
        address_verify_service_name = verify
        bounce_service_name = bounce
        cleanup_service_name = cleanup
        default_process_limit = 100
        defer_service_name = defer
        error_service_name = error
        export_environment = TZ MAIL_CONFIG LANG
        flush_service_name = flush
        hash_queue_names = deferred, defer
        info_log_address_format = external
        message_drop_headers = bcc, content-length, resent-bcc, return-path
        mynetworks_style = ${{$compatibility_level} <level {2} ? {subnet} : {host}}
        pickup_service_name = pickup
        proxymap_service_name = proxymap
        proxywrite_service_name = proxywrite
        queue_service_name = qmgr
        rewrite_service_name = rewrite
        showq_service_name = showq
        trace_service_name = trace
        verp_delimiter_filter = -=+
        [max_idle]
        address_verify_negative_cache = yes
        application_event_drain_time = 100s
        backwards_bounce_logfile_compatibility = yes
        berkeley_db_create_buffer_size = 16777216
        berkeley_db_read_buffer_size = 131072
        debug_peer_level = 2
        delay_logging_resolution_limit = 2
        deliver_lock_attempts = 20
        disable_dns_lookups = no
        disable_mime_input_processing = no
        disable_mime_output_conversion = no
        dont_remove = 0
        enable_long_queue_ids = no
        enable_original_recipient = yes
        fault_injection_code = 0
        fork_attempts = 5
        hash_queue_depth = 1
        header_address_token_limit = 10240
        header_size_limit = 102400
        helpful_warnings = yes
        line_length_limit = 2048
        lmdb_map_size = 16777216
        message_size_limit = 10240000
        mime_boundary_length_limit = 2048
        mime_nesting_limit = 100
        multi_instance_enable = no
        owner_request_special = yes
        strict_8bitmime_body = no
        strict_mime_encoding_domain = no
        strict_smtputf8 = no
        tcp_windowsize = 0
        [daemon_timeout]
        deliver_lock_delay = 1s
        fork_delay = 1s
        ipc_idle = 5s
        ipc_ttl = 1000s
        trigger_timeout = 10s
        [process_id]
        in_flow_delay = 1s
        """;

    private static readonly ILookup<string, KeyValuePair<string, string>> ByParameter = Parse();

    /// <summary>The names of all these parameters.</summary>
    internal static IEnumerable<string> Names => ByParameter.SelectMany(group => group).Select(pair => pair.Key);

    /// <summary>The defaults that Postfix reads between the preceding parameter of this daemon and this one.</summary>
    internal static IEnumerable<KeyValuePair<string, string>> ReadBefore(string parameter) => ByParameter[parameter];

    private static ILookup<string, KeyValuePair<string, string>> Parse()
    {
        string parameter = "";
        List<(string Parameter, KeyValuePair<string, string> Default)> rows = [];
        foreach (string line in Text.Split('\n'))
        {
            if (line[0] == '[')
            {
                parameter = line.Trim('[', ']');
                continue;
            }

            NameValueText.Split(line, out string name, out string value);
            rows.Add((parameter, new(name, value)));
        }

        return rows.ToLookup(static row => row.Parameter, static row => row.Default);
    }
}
