/** The command line for whoever tries, operates or mends Together; it speaks to a server as any client does. */
@NullMarked
@CheckReturnValue
package dev.together.cli;

import org.jspecify.annotations.NullMarked;

import com.google.errorprone.annotations.CheckReturnValue;
