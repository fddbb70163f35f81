@echo off
rem Starts GPUX on Windows: what the script gpux does elsewhere, and the same variables. Both change together.
setlocal EnableExtensions DisableDelayedExpansion
set "MINIMUM=25"
set "ROOT=%~dp0"
set "JDK="
set "TOOL=java"

set "JAR=%GPUX_JAR%"
if defined JAR goto jar_known
if exist "%ROOT%pom.xml" if exist "%ROOT%src\main\" goto sources
set "JAR=%ROOT%gpux.jar"
if exist "%JAR%" goto jar_known
set "JAR=%ROOT%lib\gpux.jar"
if exist "%JAR%" goto jar_known
echo gpux: found no gpux.jar in %ROOT% or %ROOT%lib, and no sources to build it from>&2
exit /b 1

rem robocopy compares a whole folder in one go: with /L it copies nothing, and its exit code 0 means "no difference".
:sources
set "JAR=%ROOT%target\gpux.jar"
set "BUILT=%ROOT%target\built-from"
if not exist "%JAR%" goto build
robocopy "%ROOT%src\main" "%BUILT%\main" /MIR /L >nul 2>&1
if errorlevel 1 goto build
robocopy "%ROOT%src\generated" "%BUILT%\generated" /MIR /L >nul 2>&1
if errorlevel 1 goto build
robocopy "%ROOT%." "%BUILT%\pom" pom.xml /L >nul 2>&1
if errorlevel 1 goto build
goto jar_known

:build
where mvn >nul 2>&1
if not errorlevel 1 goto maven_known
echo gpux: has to be built once, and Maven is not installed; install Maven, or use a released gpux.jar>&2
exit /b 1
:maven_known
set "TOOL=javac"
call :find_java
if errorlevel 1 exit /b 1
echo gpux: building once (about a minute the first time)...>&2
if not exist "%ROOT%target\" mkdir "%ROOT%target"
robocopy "%ROOT%src\main" "%BUILT%\main" /MIR >nul 2>&1
robocopy "%ROOT%src\generated" "%BUILT%\generated" /MIR >nul 2>&1
robocopy "%ROOT%." "%BUILT%\pom" pom.xml >nul 2>&1
set "FRESH=%ROOT%target\gpux.jar.new"
del "%FRESH%" >nul 2>&1
set "OUTER_JAVA_HOME=%JAVA_HOME%"
set "JAVA_HOME=%JDK%"
call mvn -q -B -f "%ROOT%pom.xml" -Dmaven.test.skip=true -Dgpux.exampleModelsOnly=true "-Dgpux.jar.file=%FRESH%" package <nul >"%ROOT%target\build.log" 2>&1
set "JAVA_HOME=%OUTER_JAVA_HOME%"
if exist "%FRESH%" goto built
rmdir /s /q "%BUILT%" >nul 2>&1
type "%ROOT%target\build.log" >&2
echo gpux: the build failed; all of its output is in %ROOT%target\build.log>&2
exit /b 1
:built
move /y "%FRESH%" "%JAR%" >nul
if not errorlevel 1 goto jar_known
rmdir /s /q "%BUILT%" >nul 2>&1
echo gpux: cannot replace %JAR%; is a GPUX still running?>&2
exit /b 1

:jar_known
if exist "%JAR%" goto jar_there
echo gpux: GPUX_JAR=%JAR% is not a file>&2
exit /b 1
:jar_there
for %%F in ("%JAR%") do set "JAR=%%~fF"
if not defined JDK call :find_java
if not defined JDK exit /b 1

set "OPTIONS=-Xlog:disable --enable-native-access=ALL-UNNAMED"
set "OPTIONS=%OPTIONS% -Dfile.encoding=UTF-8 -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8"
set "COMMAND=%~1"
if not defined COMMAND set "COMMAND=help"
set "SHORT="
for %%C in (run inspect providers doctor list rm tag init version completion help) do if "%COMMAND%"=="%%C" set "SHORT=1"
if "%COMMAND:~0,1%"=="-" set "SHORT=1"
if not defined SHORT goto options_known
set "OPTIONS=%OPTIONS% -XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=3 -XX:-UsePerfData"
set "OPTIONS=%OPTIONS% -XX:+IgnoreUnrecognizedVMOptions -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0 -XX:-AOTReplayTraining"
set "GIVEN=%GPUX_JAVA_OPTS% %JDK_JAVA_OPTIONS% %JAVA_TOOL_OPTIONS%"
if "%GIVEN:-XX:+Use=%"=="%GIVEN%" set "OPTIONS=%OPTIONS% -XX:+UseSerialGC"
:options_known

rem The cache is made where it costs nobody a wait: with GPUX_AOT=now, or in the background. Java does not look whether
rem the jar is the one it was made from, so the jar's time and size, which %%~tz gives, must be those written beside it.
if "%GPUX_AOT%"=="off" goto start
set "CACHE=%GPUX_CACHE%"
if not defined CACHE if defined LOCALAPPDATA set "CACHE=%LOCALAPPDATA%\gpux\cache"
if not defined CACHE goto start
for %%F in ("%JDK%\release") do set "KEY=%%~tzF %JDK%"
for %%F in ("%JAR%") do set "KEY=%%~tzF %KEY%"
set "AOT=%CACHE%\aot\%JAR:~3%"
set "KNOWN="
if exist "%AOT%\key.txt" set /p "KNOWN=" <"%AOT%\key.txt"
if "%KNOWN%"=="%KEY%" goto aot_known
if "%GPUX_AOT%"=="now" goto train_now
set "GPUX_AOT=now"
start "" /b /low cmd /d /c ""%~f0" version" <nul >nul 2>&1
set "GPUX_AOT="
goto start
:train_now
call :train >nul 2>&1
:aot_known
if exist "%AOT%\gpux.aot" set OPTIONS=%OPTIONS% "-XX:AOTCache=%AOT%\gpux.aot"

:start
rem What GPUX would do by calls of its own before it loads ONNX Runtime. Not -jar: Java would open the jar, cache or not.
set "ORT_DISABLE_TELEMETRY=1"
"%JDK%\bin\java.exe" %OPTIONS% %GPUX_JAVA_OPTS% -cp "%JAR%" dev.gpux.cli.Main %*
exit /b %ERRORLEVEL%

:train
mkdir "%AOT%"
rem One that was killed leaves its folder behind; a day later another may try.
forfiles /p "%AOT%" /m training /d -1 /c "cmd /c rmdir /s /q @path"
mkdir "%AOT%\training"
if errorlevel 1 exit /b 0
rem Until the end of this part: what it puts into a store goes into one of its own.
setlocal
set "GPUX_HOME=%AOT%\training\home"
set "MODELS="
if exist "%ROOT%GPUXfile" set MODELS="%ROOT%GPUXfile"
rem The adapters between compiled and interpreted code in the cache are for the collector of the training.
set "COLLECTOR=-XX:+UseSerialGC"
set "GIVEN=%JDK_JAVA_OPTIONS% %JAVA_TOOL_OPTIONS%"
if not "%GIVEN:-XX:+Use=%"=="%GIVEN%" set "COLLECTOR="
"%JDK%\bin\java.exe" --enable-native-access=ALL-UNNAMED -Xlog:disable -XX:+IgnoreUnrecognizedVMOptions -XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining %COLLECTOR% "-XX:AOTCacheOutput=%AOT%\training\gpux.aot" -cp "%JAR%" dev.gpux.cli.AotTraining "%AOT%\training" %MODELS%
del "%AOT%\key.txt"
del "%AOT%\gpux.aot"
"%JDK%\bin\java.exe" --enable-native-access=ALL-UNNAMED -Xlog:disable -XX:AOTMode=on "-XX:AOTCache=%AOT%\training\gpux.aot" -XX:+VerifySharedSpaces -cp "%JAR%" dev.gpux.cli.Main version
if not errorlevel 1 move /y "%AOT%\training\gpux.aot" "%AOT%\gpux.aot"
>"%AOT%\key.txt" echo %KEY%
rmdir /s /q "%AOT%\training"
exit /b 0

:find_java
if not defined GPUX_JAVA goto search_java
set "CANDIDATE=%GPUX_JAVA%"
if exist "%GPUX_JAVA%\bin\%TOOL%.exe" goto given_java
for %%F in ("%GPUX_JAVA%") do for %%H in ("%%~dpF..") do set "CANDIDATE=%%~fH"
:given_java
call :suitable "%CANDIDATE%"
if defined JDK exit /b 0
echo gpux: GPUX_JAVA=%GPUX_JAVA% is not a Java %MINIMUM% or newer with bin\%TOOL%.exe>&2
exit /b 1
:search_java
if defined JAVA_HOME call :suitable "%JAVA_HOME%"
if defined JDK exit /b 0
for %%F in (%TOOL%.exe) do if not "%%~dp$PATH:F"=="" for %%H in ("%%~dp$PATH:F..") do call :suitable "%%~fH"
if defined JDK exit /b 0
for %%P in ("%ProgramFiles%\Eclipse Adoptium" "%ProgramFiles%\Java" "%ProgramFiles%\Microsoft" "%ProgramFiles%\Zulu" "%ProgramFiles%\Amazon Corretto" "%ProgramFiles%\BellSoft" "%LOCALAPPDATA%\Programs\Eclipse Adoptium" "%USERPROFILE%\.jdks" "%USERPROFILE%\scoop\apps") do (
    for /d %%D in ("%%~P\*") do (
        call :suitable "%%~D"
        call :suitable "%%~D\current"
    )
)
if defined JDK exit /b 0
echo gpux: found no Java %MINIMUM% or newer; install a JDK %MINIMUM% (for instance winget install EclipseAdoptium.Temurin.%MINIMUM%.JDK), or set JAVA_HOME to one>&2
exit /b 1

rem Sets JDK to the given folder if it holds a new enough Java; its file "release" says so without running it.
:suitable
if defined JDK exit /b 0
if not exist "%~1\bin\%TOOL%.exe" exit /b 0
if not exist "%~1\release" exit /b 0
for /f "usebackq tokens=1,2 delims==" %%A in ("%~1\release") do (
    if "%%A"=="JAVA_VERSION" for /f "delims=.-+" %%V in ("%%~B") do if %%V GEQ %MINIMUM% set "JDK=%~1"
)
exit /b 0
