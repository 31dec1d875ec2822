import io.github.jan.supabase.createSupabaseClient
import io.github.jan.supabase.realtime.Realtime
import io.github.jan.supabase.realtime.RealtimeChannel
import io.github.jan.supabase.realtime.broadcast
import io.github.jan.supabase.realtime.broadcast.BroadcastPayload
import io.github.jan.supabase.realtime.channel
import io.github.jan.supabase.realtime.realtime
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.JsonObject
import kotlin.time.Duration.Companion.seconds

/**
 * Somebody with the official Kotlin client, steered by lines on the standard input: `token <jwt>`, `join <channel>`,
 * `send <event>`. Says `status <of the channel>` and `heard <payload>`.
 */
fun main(arguments: Array<String>) = runBlocking {
    val (url, key) = arguments
    var token: String? = null
    val supabase = createSupabaseClient(url, key) {
        accessToken = { token }
        install(Realtime) { reconnectDelay = 1.seconds }
    }
    lateinit var channel: RealtimeChannel
    launch(Dispatchers.IO) {
        for (line in generateSequence(::readLine)) {
            val (command, value) = line.split(' ', limit = 2)
            when (command) {
                "token" -> token = value
                "join" -> {
                    channel = supabase.channel(value)
                    launch(start = CoroutineStart.UNDISPATCHED) { channel.status.collect { println("status $it") } }
                    launch(start = CoroutineStart.UNDISPATCHED) {
                        // On its own it keeps 64 and drops what comes while they wait, such as a replay.
                        channel.broadcastFlow("message-insert").buffer(Channel.UNLIMITED)
                            .collect { println("heard ${(it.payload as BroadcastPayload.Json).value}") }
                    }
                    channel.subscribe()
                }
                "send" -> channel.broadcast(value, JsonObject(emptyMap()))
            }
        }
        Runtime.getRuntime().halt(0)
    }.join()
}
