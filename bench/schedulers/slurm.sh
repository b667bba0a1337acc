#!/bin/bash
# The array job of examples/schedulers/slurm.sh on a Slurm of its own: starts munged, slurmctld and slurmd with everything in a temporary
# folder, submits pre-training, folds and merging, kills one task with SIGKILL and requeues it, requeues another while it runs, and
# compares what comes out with a run without Slurm. Exits with 1 when it is not the same, byte for byte, but for the seconds.
#
#   apt-get install slurmctld slurmd slurm-client munge      # Debian; run as root
#   npm run build && bench/schedulers/slurm.sh
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
export STARLING=${STARLING:-node $root/dist/cli/main.js}
work=$(mktemp -d /tmp/starling-slurm-XXXXXX)
cd "$work"

say() { echo "[$(date +%T)] $*"; }
daemons=()
end() {
  for pid in "${daemons[@]}"; do kill "$pid" 2> /dev/null || true; done
  wait 2> /dev/null || true
}
trap end EXIT
trap 'say "line $LINENO failed; see $work/log"' ERR

# --- A Slurm of one node with two processors. No cgroups: a container may have none.
say "$(slurmd -V), Node $(node --version), $(nproc) processors"
host=$(hostname -s)
mkdir -p state spool run log
chmod 755 "$work" run
dd if=/dev/urandom of=munge.key bs=1024 count=1 2> /dev/null
chmod 400 munge.key
cat > slurm.conf << CONF
ClusterName=demo
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$work/run/munge.socket,cred_expire=15
CredType=cred/munge
SlurmctldPort=16817
SlurmdPort=16818
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/run/slurmctld.pid
SlurmdPidFile=$work/run/slurmd.pid
SlurmctldLogFile=$work/log/slurmctld.log
SlurmdLogFile=$work/log/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
KillWait=20
SchedulerParameters=sched_interval=5,defer
MinJobAge=3600
JobRequeue=1
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 Boards=1 SocketsPerBoard=1 CoresPerSocket=2 ThreadsPerCore=1 RealMemory=2000 State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$work/slurm.conf
munged --foreground --force --key-file="$work/munge.key" --socket="$work/run/munge.socket" --log-file="$work/log/munged.log" \
  --pid-file="$work/run/munged.pid" --seed-file="$work/run/munge.seed" 2> log/munged.err &
daemons+=($!)
while [ ! -S run/munge.socket ]; do sleep 0.2; done
slurmctld -D -c > log/slurmctld.out 2>&1 &
daemons+=($!)
slurmd -D -c -N "$host" > log/slurmd.out 2>&1 &
daemons+=($!)
until sinfo -h -o %T 2> /dev/null | grep -q idle; do sleep 0.5; done
sinfo -o '%P %N %c %T'

# --- The jobs. State is saved all the time, so that the tasks that are stopped have something to go on from.
cp "$root/corpora/restaurants.csv" reviews.csv
cp "$root/corpora/restaurants-unrated.csv" unlabelled.csv
network=(--hidden 200 --vocabulary-size 5000 --pretrain-epochs 2)
flags=(reviews.csv --encoders encoders --epochs 40 --patience 40 --folds 4)
export PIECES=pieces

say 'pre-training, a job; then an array of 4 folds that waits for it; then merging, which waits for all of them'
script=$root/examples/schedulers/slurm.sh
first=$(sbatch --parsable --output=log/pretrain.log --wrap "exec $STARLING pretrain unlabelled.csv ${network[*]} --threads 1 --out encoders")
array=$(sbatch --parsable --array=1-4 --dependency=afterok:"$first" --output=log/fold-%a.log "$script" "${flags[@]}" --checkpoint-every 0.1)
merge=$(sbatch --parsable --dependency=afterany:"$array" --output=log/merge.log \
  --wrap "exec $STARLING crossvalidate ${flags[*]} --merge pieces --json > merged.json")
say "jobs $first, $array, $merge"
scontrol hold "$merge"

# --- Fold 2 is killed without warning, and requeued; fold 3 is requeued while it runs.
saved() { until ls -d "pieces/fold-$1.checkpoint/"*/[1-9]* > /dev/null 2>&1; do sleep 0.2; done; }
pid_of() { {
  for environ in /proc/[0-9]*/environ; do
    [ "$(tr '\0' '\n' < "$environ" 2> /dev/null | grep -cxE "SLURM_ARRAY_TASK_ID=$1|SLURM_CONF=$SLURM_CONF")" = 2 ] || continue
    pid=${environ#/proc/}
    pid=${pid%/environ}
    if tr '\0' ' ' < "/proc/$pid/cmdline" | grep -q -- '--fold auto'; then echo "$pid"; fi
  done
} 2> /dev/null; }
saved 2
pid=$(pid_of 2)
kill -KILL "$pid"
say "fold 2: SIGKILL to process $pid"
while squeue -h -j "${array}_2" -t RUNNING,COMPLETING 2> /dev/null | grep -q .; do sleep 0.5; done
say "fold 2: $(scontrol show job "${array}_2" | grep -o 'JobState=[A-Z]*'); there are: $(ls pieces | tr '\n' ' ')"
scontrol requeue "${array}_2"
say 'fold 2: scontrol requeue'
saved 3
scontrol requeue "${array}_3"
say 'fold 3: scontrol requeue while it runs'
scontrol release "$merge"

while squeue -h | grep -q .; do sleep 1; done
for k in 1 2 3 4; do
  say "fold $k: $(scontrol show job "${array}_$k" | grep -oE '(JobState|Restarts|ExitCode)=[^ ]*' | tr '\n' ' ')"
done
say 'what the tasks of folds 2 and 3 said:'
sed 's/^/  /' log/fold-2.log log/fold-3.log
say "in the end there are: $(ls pieces | tr '\n' ' ')"

say 'the same on one machine, without Slurm'
$STARLING crossvalidate "${flags[@]}" --json --quiet > single.json
for file in single merged; do grep -v '"seconds"' $file.json > $file.timeless; done
sha256sum single.timeless merged.timeless
cmp single.timeless merged.timeless
grep -m 1 -A 3 '"rmse": {' merged.json
say "the same bytes, but for the seconds ($(grep -c '"seconds"' merged.json) lines)"
rm -rf "$work"
