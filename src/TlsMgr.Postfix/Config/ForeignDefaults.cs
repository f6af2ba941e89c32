// Defaults of Postfix's parameters that this daemon has no use for itself. They are known so that a value of main.cf
// may refer to them, as it may in every Postfix daemon. Must never hold a parameter that is checked or used.

namespace TlsMgr.Postfix.Config;

/// <summary>Names and unexpanded defaults, in main.cf's own form. Those with an empty default need no line.</summary>
internal static class ForeignDefaults
{
    /// <summary>What the tlsmgr of Postfix 3.7.11 (Debian 12) knows, found by letting it expand every name.</summary>
    internal const string Text = """
        address_verify_negative_cache = yes
        address_verify_service_name = verify
        alias_database = hash:/etc/aliases
        application_event_drain_time = 100s
        backwards_bounce_logfile_compatibility = yes
        berkeley_db_create_buffer_size = 16777216
        berkeley_db_read_buffer_size = 131072
        bounce_service_name = bounce
        cleanup_service_name = cleanup
        daemon_table_open_error_is_fatal = no
        debug_peer_level = 2
        default_privs = nobody
        default_process_limit = 100
        defer_service_name = defer
        delay_logging_resolution_limit = 2
        deliver_lock_attempts = 20
        deliver_lock_delay = 1s
        disable_dns_lookups = no
        disable_mime_input_processing = no
        disable_mime_output_conversion = no
        dns_ncache_ttl_fix_enable = no
        dnssec_probe = ns:.
        dont_remove = 0
        double_bounce_sender = double-bounce
        enable_idna2003_compatibility = no
        enable_long_queue_ids = no
        enable_original_recipient = yes
        error_service_name = error
        export_environment = TZ MAIL_CONFIG LANG
        fast_flush_domains = $relay_domains
        fault_injection_code = 0
        flush_service_name = flush
        fork_attempts = 5
        fork_delay = 1s
        hash_queue_depth = 1
        hash_queue_names = deferred, defer
        header_address_token_limit = 10240
        header_size_limit = 102400
        helpful_warnings = yes
        in_flow_delay = 1s
        inet_interfaces = all
        inet_protocols = all
        info_log_address_format = external
        ipc_idle = 5s
        ipc_ttl = 1000s
        known_tcp_ports = lmtp=24, smtp=25, smtps=submissions=465, submission=587
        line_length_limit = 2048
        lmdb_map_size = 16777216
        maillog_file_compressor = gzip
        maillog_file_rotate_suffix = %Y%m%d-%H%M%S
        message_drop_headers = bcc, content-length, resent-bcc, return-path
        message_size_limit = 10240000
        mime_boundary_length_limit = 2048
        mime_nesting_limit = 100
        multi_instance_enable = no
        mydestination = $myhostname, localhost.$mydomain, localhost
        mynetworks_style = ${{$compatibility_level} <level {2} ? {subnet} : {host}}
        myorigin = $myhostname
        owner_request_special = yes
        pickup_service_name = pickup
        process_id_directory = pid
        proxymap_service_name = proxymap
        proxywrite_service_name = proxywrite
        queue_service_name = qmgr
        relay_domains = ${{$compatibility_level} <level {2} ? {$mydestination} : {}}
        respectful_logging = ${{$compatibility_level} <level {3.6} ? {no} : {yes}}
        rewrite_service_name = rewrite
        setgid_group = postdrop
        shlib_directory = /usr/lib/postfix
        showq_service_name = showq
        strict_8bitmime_body = no
        strict_mime_encoding_domain = no
        strict_smtputf8 = no
        tcp_windowsize = 0
        trace_service_name = trace
        trigger_timeout = 10s
        verp_delimiter_filter = -=+
        """;
}
